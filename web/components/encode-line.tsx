// One conversion: of what, into what, how far and for how many.
import { useTranslation } from 'react-i18next'
import type { Status } from '#shared/api/admin.ts'
import { renditionText } from '../lib/rendition-text.ts'

export function EncodeLine({ encode }: { encode: Status['encodes'][number] }) {
  const { t, i18n } = useTranslation()
  const { titleName, rendition, state, segment, segments, speed, viewers } = encode
  const [words, values] = renditionText(rendition)
  const facts = [
    t(`status.encode.states.${state}`, state),
    speed !== null &&
      state === 'encoding' &&
      t('status.encode.speed', { n: speed.toLocaleString(i18n.language, { maximumFractionDigits: 1 }) }),
    segment !== null && t('status.encode.segment', { n: segment + 1, total: segments }),
    t('status.viewers', { count: viewers }),
  ]
  return (
    <>
      <span className="grid min-w-0">
        <span className="font-medium">{titleName ?? t('status.encode.gone')}</span>
        <span className="text-sm text-soft">{t(`status.encode.${words}`, values)}</span>
      </span>
      <span className="text-sm text-soft">{facts.filter(Boolean).join(' · ')}</span>
    </>
  )
}
