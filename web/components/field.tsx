// Labelled inputs: the label, a hint, the control.
import { type ComponentProps, useId } from 'react'

const CONTROL =
  'min-h-11 w-full rounded-lg border border-line bg-panel px-3 text-ink placeholder:text-soft focus-visible:border-accent'

export function Field({
  label,
  hint,
  isLabelHidden = false,
  ...rest
}: ComponentProps<'input'> & { label: string; hint?: string; isLabelHidden?: boolean }) {
  const id = useId()
  return (
    <div className="grid min-w-0 grid-cols-1 gap-1.5">
      <label htmlFor={id} className={isLabelHidden ? 'sr-only' : 'text-sm font-medium'}>
        {label}
      </label>
      <input id={id} className={CONTROL} {...(hint && { 'aria-describedby': `${id}-hint` })} {...rest} />
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-soft">
          {hint}
        </p>
      )}
    </div>
  )
}

export function Select({
  label,
  options,
  isLabelHidden = false,
  className = '',
  ...rest
}: Omit<ComponentProps<'select'>, 'children'> & {
  label: string
  options: readonly (readonly [value: string, text: string])[]
  isLabelHidden?: boolean
}) {
  const id = useId()
  return (
    <div className={`grid min-w-0 gap-1.5 ${className}`}>
      <label htmlFor={id} className={isLabelHidden ? 'sr-only' : 'text-sm font-medium'}>
        {label}
      </label>
      <select id={id} className={CONTROL} {...rest}>
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  )
}
