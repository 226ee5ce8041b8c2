// The party's link, to be copied or photographed, and its code, to be read out.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../components/button.tsx'
import { qrCode } from './qr.ts'

/** Readers want four light squares around the code. */
const MARGIN = 4

export const linkTo = (code: string): string => `${location.origin}/w/${code}`

export function Qr({ text }: { text: string }) {
  const { t } = useTranslation()
  const rows = qrCode(text)
  if (!rows) return null
  const size = rows.length + 2 * MARGIN
  const squares = rows.flatMap((row, y) =>
    row.map((isDark, x) => (isDark ? `M${x + MARGIN} ${y + MARGIN}h1v1h-1z` : '')),
  )
  return (
    <svg
      role="img"
      aria-label={t('party.qrLabel')}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className="w-36 rounded-xl bg-white"
    >
      <path d={squares.join('')} fill="#000" />
    </svg>
  )
}

type Props = { code: string; withQr?: boolean }

export function Invite({ code, withQr = true }: Props) {
  const { t } = useTranslation()
  const [copied, setCopied] = useState(false)
  const link = linkTo(code)
  return (
    <section aria-label={t('party.invite')} className="flex flex-wrap items-center justify-center gap-6">
      {withQr && <Qr text={link} />}
      <div className="grid max-w-full gap-3 text-start">
        <p className="text-sm text-soft">{t('party.invite')}</p>
        <code className="max-w-full rounded-lg bg-raised px-3 py-2 text-sm break-all text-ink select-all">
          {link}
        </code>
        <p className="text-sm text-soft">
          {t('party.code', { code: `${code.slice(0, 5)} ${code.slice(5)}` })}
        </p>
        <Button
          onClick={() =>
            // Without HTTPS browsers offer no clipboard: the link can still be selected.
            void navigator.clipboard?.writeText(link).then(() => setCopied(true))
          }
        >
          {copied ? t('party.copied') : t('party.copy')}
        </Button>
      </div>
    </section>
  )
}
