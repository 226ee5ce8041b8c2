// One playback that runs: who, what, how and why so; an administrator may stop it.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { stopPlayback, type Status } from '#shared/api/admin.ts'
import type { PlaybackMethod } from '#shared/api/playback.ts'
import { call } from '../api/call.ts'
import { statusQuery } from '../api/queries.ts'
import { momentText } from '../lib/format.ts'
import { clock } from '../lib/clock-text.ts'
import { Bar } from './bar.tsx'
import { Button } from './button.tsx'
import { FormFailure } from './state.tsx'

export function PlayingNow({ playback }: { playback: Status['playbacks'][number] }) {
  const { t, i18n } = useTranslation()
  const queries = useQueryClient()
  const { id, viewerName, titleName, method, reasons, positionSeconds, durationSeconds, startedAtMs } =
    playback
  const stop = useMutation({
    mutationFn: () => call(stopPlayback, { params: { id }, body: {} }),
    onSuccess: () => queries.invalidateQueries(statusQuery),
  })
  return (
    <li className="flex flex-wrap items-center justify-between gap-3 p-4">
      <div className="grid min-w-0 grow gap-0.5">
        <p className="font-medium">{titleName}</p>
        <p className="text-sm text-soft">
          {viewerName} · {t(`player.stats.${method as PlaybackMethod}`)} ·{' '}
          {t('status.at', { time: clock(positionSeconds), length: clock(durationSeconds) })} ·{' '}
          {t('status.since', { time: momentText(startedAtMs, i18n.language) })}
        </p>
        <div className="max-w-md py-1.5">
          <Bar
            label={t('status.progress', { title: titleName })}
            value={positionSeconds}
            max={durationSeconds}
          />
        </div>
        {reasons.length > 0 && (
          <ul className="text-sm text-soft">
            {reasons.map((reason) => (
              <li key={reason.code}>
                {t(`player.reasons.${reason.code}`, { defaultValue: reason.text, ...reason.values })}
              </li>
            ))}
          </ul>
        )}
        <FormFailure error={stop.error} />
      </div>
      <Button
        look="danger"
        disabled={stop.isPending || stop.isSuccess}
        aria-label={t('status.stopNamed', { title: titleName, name: viewerName })}
        onClick={() => stop.mutate()}
      >
        {t('status.stop')}
      </Button>
    </li>
  )
}
