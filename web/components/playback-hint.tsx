// Tells before the play button is pressed how this browser will probably be served; the server decides then.
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { questionsQuery } from '../api/queries.ts'
import { readCapabilities } from '../lib/capabilities.ts'

export function PlaybackHint({ titleId }: { titleId: string }) {
  const { t } = useTranslation()
  const { data } = useQuery(questionsQuery(titleId))
  if (!data || data.mse.length + data.direct.length === 0) return null
  const can = readCapabilities(data)
  const method =
    can.direct.length > 0
      ? 'direct'
      : can.mse.length > 0 && can.mse.length === data.mse.length
        ? 'remux'
        : 'transcode'
  return <p className="text-soft">{t(`title.hint.${method}`)}</p>
}
