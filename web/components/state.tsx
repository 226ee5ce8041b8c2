// What a page shows when it has nothing to show: loading, empty, failing.
import { useTranslation } from 'react-i18next'
import type { ReactNode } from 'react'
import { ApiProblem } from '../api/call.ts'
import { failureText } from '../api/failure-text.ts'
import { problemText } from '../lib/reason-text.ts'
import { Button } from './button.tsx'

export function Blank({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="page grid min-h-[50vh] place-content-center justify-items-center gap-4 py-16 text-center">
      <h2 className="text-2xl font-semibold text-balance">{title}</h2>
      <div className="grid max-w-md justify-items-center gap-5 text-soft">{children}</div>
    </div>
  )
}

export function Failure({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const { t } = useTranslation()
  return (
    <div role="alert">
      <Blank title={error instanceof ApiProblem ? problemText(t, error.body) : t('errors.title')}>
        <FailureText error={error} />
        {onRetry && (
          <Button look="primary" onClick={onRetry}>
            {t('common.retry')}
          </Button>
        )}
      </Blank>
    </div>
  )
}

function FailureText({ error }: { error: Error }) {
  const { t } = useTranslation()
  if (!(error instanceof ApiProblem)) return <p>{error.message}</p>
  const { detail, instance } = error.body
  return (
    <>
      <p>{error.code === 'unreachable' || detail !== undefined ? failureText(t, error) : null}</p>
      {instance && <p className="text-sm">{t('errors.requestId', { id: instance })}</p>}
    </>
  )
}

/** A failure beside the form that caused it. */
export function FormFailure({ error }: { error: Error | null }) {
  const { t } = useTranslation()
  return (
    <p role="alert" className="min-h-6 text-sm text-danger empty:hidden">
      {error && failureText(t, error)}
    </p>
  )
}

export function Loading() {
  const { t } = useTranslation()
  return (
    <div className="page grid gap-8 py-10">
      <output className="sr-only">{t('common.loading')}</output>
      {[0, 1].map((row) => (
        <div key={row} className="grid gap-4">
          <div className="skeleton h-6 w-44 rounded" />
          <div className="flex gap-4 overflow-hidden">
            {Array.from({ length: 9 }, (_, n) => (
              <div key={n} className="skeleton aspect-[2/3] w-36 shrink-0 rounded-xl sm:w-44" />
            ))}
          </div>
        </div>
      ))}
    </div>
  )
}
