// What opens over the picture: a card above the controls, on a phone a sheet from below. Escape closes it.
import { useEffect, useRef, type ReactNode } from 'react'

export function Panel({ label, children }: { label: string; children: ReactNode }) {
  const box = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const before = document.activeElement
    const focusVisible = before?.matches(':focus-visible') === true
    box.current
      ?.querySelector<HTMLElement>('[aria-pressed=true], button')
      ?.focus({ preventScroll: true, focusVisible })
    return () => {
      if (before instanceof HTMLElement) before.focus({ preventScroll: true })
    }
  }, [])
  return (
    <dialog
      open
      ref={box}
      aria-label={label}
      className="absolute left-auto m-0 w-auto max-w-none right-5 bottom-28 z-20 max-h-[min(70vh,36rem)] min-w-72 overflow-auto overscroll-contain rounded-2xl bg-neutral-950/85 p-3 text-white shadow-2xl ring-1 ring-white/10 backdrop-blur-xl max-sm:inset-x-0 max-sm:w-full max-sm:bottom-0 max-sm:max-h-[75dvh] max-sm:rounded-b-none max-sm:p-5 max-sm:pb-8"
    >
      {children}
    </dialog>
  )
}

export type Option = {
  key: string
  label: string
  hint?: string | undefined
  chosen: boolean
  disabled?: boolean
  choose(): void
}

export function OptionList({ title, options }: { title: string; options: readonly Option[] }) {
  return (
    <fieldset className="min-w-52 flex-1">
      <legend className="px-3 pt-1 pb-2 text-xs font-semibold tracking-wider text-white/50 uppercase">
        {title}
      </legend>
      {options.map((option) => (
        <button
          key={option.key}
          type="button"
          aria-pressed={option.chosen}
          disabled={option.disabled}
          onClick={() => option.choose()}
          className="flex min-h-11 w-full items-center gap-3 rounded-xl px-3 text-left text-[0.95rem] text-white/80 hover:bg-white/10 hover:text-white focus-visible:-outline-offset-2 focus-visible:outline-white disabled:pointer-events-none disabled:opacity-40 aria-pressed:font-semibold aria-pressed:text-white"
        >
          <span className={`size-2 shrink-0 rounded-full ${option.chosen ? 'bg-accent' : ''}`} />
          <span className="min-w-0 flex-1 truncate">{option.label}</span>
          {option.hint && <span className="text-xs text-white/50">{option.hint}</span>}
        </button>
      ))}
    </fieldset>
  )
}

/** Few short choices side by side: speeds, sizes. */
export function Chips({ title, options }: { title: string; options: readonly Option[] }) {
  return (
    <fieldset className="px-3 py-1">
      <legend className="pt-2 pb-2 text-xs font-semibold tracking-wider text-white/50 uppercase">
        {title}
      </legend>
      <div className="flex flex-wrap gap-1.5">
        {options.map((option) => (
          <button
            key={option.key}
            type="button"
            aria-pressed={option.chosen}
            onClick={() => option.choose()}
            className="min-h-10 min-w-12 rounded-full bg-white/10 px-3 text-sm text-white/85 tabular-nums hover:bg-white/20 focus-visible:outline-white aria-pressed:bg-white aria-pressed:font-semibold aria-pressed:text-black"
          >
            {option.label}
          </button>
        ))}
      </div>
    </fieldset>
  )
}
