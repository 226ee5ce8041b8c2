// What a title may be: each candidate with why, to choose from.
import { useTranslation } from 'react-i18next'
import type { Candidate } from '#shared/api/review.ts'
import { durationText } from '../lib/format.ts'
import { proofText } from '../lib/reason-text.ts'
import { Button } from './button.tsx'

export function CandidateList({
  candidates,
  isBusy,
  chosenId,
  onChoose,
}: {
  candidates: readonly Candidate[]
  isBusy: boolean
  /** Marked instead of applied at once. */
  chosenId?: number | null
  onChoose: (candidate: Candidate) => void
}) {
  const { t } = useTranslation()
  return (
    <ul className="grid gap-2">
      {candidates.map((candidate) => (
        <li
          key={candidate.remoteId}
          className="flex flex-wrap items-start justify-between gap-3 rounded-xl border border-line p-3"
        >
          <div className="aspect-[2/3] w-14 shrink-0 overflow-hidden rounded-md bg-raised">
            {candidate.posterPath && (
              <img
                src={`/api/admin/review/picture?path=${encodeURIComponent(candidate.posterPath)}`}
                alt=""
                loading="lazy"
                className="size-full object-cover"
              />
            )}
          </div>
          <div className="grid min-w-0 grow basis-44 gap-1">
            <p className="font-medium">
              {candidate.name}
              {candidate.year !== null && <span className="text-soft"> ({candidate.year})</span>}
            </p>
            <p className="text-sm text-soft">
              {[
                candidate.originalName !== candidate.name && candidate.originalName,
                candidate.runtimeSeconds !== null && durationText(candidate.runtimeSeconds),
                t('title.confidence', { n: Math.round(candidate.confidence * 100) }),
              ]
                .filter(Boolean)
                .join(' · ')}
            </p>
            <details className="text-sm text-soft">
              <summary>{t('title.why')}</summary>
              <ul className="mt-1 grid gap-0.5">
                {candidate.parts.map(({ name, points, detail }) => (
                  <li key={name} className="tabular-nums">
                    {points > 0 ? '+' : ''}
                    {points} {t(`title.part-of-match.${name}`, { defaultValue: name })}: {proofText(detail)}
                  </li>
                ))}
              </ul>
            </details>
          </div>
          <Button
            look={chosenId === candidate.remoteId ? 'primary' : 'quiet'}
            disabled={isBusy}
            aria-pressed={chosenId === undefined ? undefined : chosenId === candidate.remoteId}
            onClick={() => onChoose(candidate)}
          >
            {t('review.choose')}
          </Button>
        </li>
      ))}
    </ul>
  )
}
