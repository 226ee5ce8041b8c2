// A round button over the picture. Clicked with a mouse it takes no focus, so that the arrow keys keep seeking.
import type { LucideIcon } from 'lucide-react'
import type { ComponentProps } from 'react'

type Props = Omit<ComponentProps<'button'>, 'children'> & {
  icon: LucideIcon
  label: string
  size?: 'normal' | 'large'
  /** The first thing that is looked for: filled, not drawn in lines. */
  isSolid?: boolean
  /** A number within the icon. */
  mark?: string
}

export function IconButton({
  icon: Icon,
  label,
  size = 'normal',
  isSolid = false,
  mark,
  className = '',
  ...rest
}: Props) {
  const box = size === 'large' ? 'size-16 bg-black/40 backdrop-blur-sm' : 'size-11'
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onPointerDown={(event) => event.preventDefault()}
      className={`relative grid ${box} shrink-0 place-items-center rounded-full text-white/90 transition hover:bg-white/15 hover:text-white focus-visible:outline-white active:scale-90 aria-expanded:bg-white/20 ${className}`}
      {...rest}
    >
      <Icon
        size={size === 'large' ? 32 : 22}
        strokeWidth={1.9}
        fill={isSolid ? 'currentColor' : 'none'}
        aria-hidden
      />
      {mark && (
        <span
          aria-hidden
          className={`absolute font-bold tabular-nums ${size === 'large' ? 'text-[0.65rem]' : 'text-[0.45rem]'}`}
        >
          {mark}
        </span>
      )}
    </button>
  )
}
