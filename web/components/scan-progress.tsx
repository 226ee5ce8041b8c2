// A scan as it runs: phase, how many, how fast, how long yet.
import { useTranslation } from 'react-i18next'
import type { ScanProgress } from '#shared/api/library.ts'
import { durationText, momentText } from '../lib/format.ts'
import { saidText } from '../lib/reason-text.ts'
import { isRunning, scanShare, secondsLeft } from '../lib/scan-text.ts'

export function ScanBar({ scan, name }: { scan: ScanProgress; name: string }) {
  const { t, i18n } = useTranslation()
  const share = scanShare(scan)
  const left = secondsLeft(scan)
  // Where a folder could not be looked at, nobody knows what is there now.
  const hasGaps = scan.message !== null || (scan.unreadable ?? []).length > 0
  const counts = [
    scan.finishedAtMs !== null &&
      t('libraries.checked', { when: momentText(scan.finishedAtMs, i18n.language) }),
    t('libraries.seen', { count: scan.filesSeen }),
    scan.filesAdded > 0 && t('libraries.added', { count: scan.filesAdded }),
    scan.filesChanged > 0 && t('libraries.changed', { count: scan.filesChanged }),
    scan.filesMoved > 0 && t('libraries.moved', { count: scan.filesMoved }),
    scan.filesGone > 0 && t('libraries.gone', { count: scan.filesGone }),
  ].filter(Boolean)
  return (
    <div className="grid gap-2 text-sm">
      <div className="flex flex-wrap justify-between gap-x-4 text-soft tabular-nums">
        <output className={scan.phase === 'failed' ? 'text-danger' : 'text-ink'}>
          {t(`libraries.phase.${scan.phase === 'done' && hasGaps ? 'partly' : scan.phase}`)}
        </output>
        {isRunning(scan) && (
          <span>
            {scan.probesTotal > 0 && `${scan.probesDone} / ${scan.probesTotal} · `}
            {t('libraries.rate', { n: Math.round(scan.filesPerSecond) })}
            {left !== null &&
              ` · ${t('common.left', { time: left < 60 ? `${Math.ceil(left)} s` : durationText(left) })}`}
          </span>
        )}
      </div>
      {isRunning(scan) && (
        <progress
          aria-label={t('libraries.progress', { name })}
          max={1}
          {...(share !== null && { value: share })}
          className="h-1.5 w-full overflow-hidden rounded-full bg-raised accent-(--accent)"
        />
      )}
      <p className="text-soft tabular-nums">{counts.join(' · ')}</p>
      {scan.unreadable && scan.unreadable.length > 0 && (
        <div className="text-danger">
          <p>{t('libraries.unreadable')}</p>
          <ul className="list-disc ps-5">
            {scan.unreadable.map((path) => (
              <li key={path} className="break-all">
                {path}
              </li>
            ))}
          </ul>
        </div>
      )}
      {scan.message && <p className="text-danger">{saidText(scan.message)}</p>}
    </div>
  )
}
