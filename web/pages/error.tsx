// A page that threw: what happened, and a way out.
import type { ErrorComponentProps } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Button } from '../components/button.tsx'
import { Blank, Failure } from '../components/state.tsx'
import { ApiProblem } from '../api/call.ts'

export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation()
  if (error instanceof ApiProblem) return <Failure error={error} onRetry={reset} />
  return (
    <div role="alert">
      <Blank title={t('errors.crash')}>
        <p>{t('errors.crashText')}</p>
        <Button look="primary" onClick={() => location.reload()}>
          {t('errors.reload')}
        </Button>
      </Blank>
    </div>
  )
}
