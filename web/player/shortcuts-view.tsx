// The list of keys, from the table that the keys are looked up in.
import { useTranslation } from 'react-i18next'
import { SHORTCUTS } from './shortcuts.ts'

const NAMES: Record<string, string> = { ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓' }

export function ShortcutsView({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const nameOf = (key: string) => (key === ' ' ? t('player.space') : (NAMES[key] ?? key.toUpperCase()))
  return (
    <div className="absolute inset-0 z-20 grid place-items-center bg-black/50 p-4" onPointerUp={onClose}>
      <section className="max-h-full overflow-auto rounded-2xl bg-neutral-950/90 p-7 text-white shadow-2xl ring-1 ring-white/10 backdrop-blur-xl">
        <h2 className="mb-5 text-lg font-semibold">{t('player.shortcuts')}</h2>
        <dl className="grid gap-x-12 gap-y-3 text-sm sm:grid-cols-2">
          {SHORTCUTS.map(({ keys, name }) => (
            <div key={name} className="flex items-center justify-between gap-8">
              <dt className="text-white/80">{t(`player.keys.${name}`)}</dt>
              <dd className="flex gap-1">
                {(keys.length > 3 ? ['0 – 9'] : keys.map(nameOf)).map((key) => (
                  <kbd
                    key={key}
                    className="min-w-8 rounded-md bg-white/10 px-2 py-1 text-center font-sans text-xs font-semibold ring-1 ring-white/15"
                  >
                    {key}
                  </kbd>
                ))}
              </dd>
            </div>
          ))}
        </dl>
      </section>
    </div>
  )
}
