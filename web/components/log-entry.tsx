// One line of the log: when, how grave, whose, what; everything else it says behind a fold.
import { useTranslation } from 'react-i18next'
import type { LogLine } from '#shared/api/admin-logs.ts'
import { flatText } from '../lib/flat-text.ts'

const TIME = { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 } as const

const LOOKS: Record<string, string> = { warn: 'text-accent-text', error: 'text-danger', fatal: 'text-danger' }

type LogEntryProps = {
  line: LogLine
  /** Where there are several. */
  showsProcess: boolean
  /** Everything of the same request or job. */
  onFollow: (id: string) => void
}

export function LogEntry({ line, showsProcess, onFollow }: LogEntryProps) {
  const { t, i18n } = useTranslation()
  const { atMs, level, feature, message, requestId, jobId, detail, process } = line
  const at = new Date(atMs)
  const time = at.toLocaleTimeString(i18n.language, TIME)
  const who = [feature, showsProcess && process].filter(Boolean).join(' · ')
  return (
    <li className="grid gap-1 px-4 py-2 text-sm">
      <p className="flex flex-wrap items-baseline gap-x-3 text-soft tabular-nums">
        <time dateTime={at.toISOString()} title={at.toLocaleString(i18n.language)}>
          {time}
        </time>
        <span className={`font-semibold ${LOOKS[level] ?? ''}`}>{t(`logs.levels.${level}`, level)}</span>
        {who && <span className="break-all">{who}</span>}
        <span className="w-full text-base wrap-anywhere text-ink sm:w-auto">{message}</span>
      </p>
      <div className="flex flex-wrap gap-x-4 text-soft">
        {detail !== '' && (
          <details className="min-w-0 grow">
            <summary className="min-h-6 cursor-pointer wrap-anywhere hover:text-ink">
              {flatText(detail) || t('logs.more')}
            </summary>
            <pre className="overflow-x-auto rounded-lg bg-raised p-3 text-xs break-all whitespace-pre-wrap">
              {JSON.stringify(JSON.parse(detail), null, 2).replaceAll(String.raw`\n`, '\n')}
            </pre>
          </details>
        )}
        {[requestId, jobId].map(
          (id) =>
            id !== null && (
              <button
                key={id}
                type="button"
                aria-label={t('logs.follow', { id })}
                className="min-h-6 break-all underline decoration-line underline-offset-4 hover:text-ink"
                onClick={() => onFollow(id)}
              >
                {id}
              </button>
            ),
        )}
      </div>
    </li>
  )
}
