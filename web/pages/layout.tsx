// Who gets in: first run, sign-in, or the page asked for; and the shell around it.
import { useQuery } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { Suspense, lazy } from 'react'
import { sessionQuery } from '../api/queries.ts'
import { Shell } from '../components/shell.tsx'
import { Failure, Loading } from '../components/state.tsx'

const FirstRunPage = lazy(() => import('./first-run.tsx').then((m) => ({ default: m.FirstRunPage })))
const SignInPage = lazy(() => import('./sign-in.tsx').then((m) => ({ default: m.SignInPage })))

export function SignedIn() {
  const { data, error, refetch } = useQuery(sessionQuery)
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  if (data.viewer?.kind === 'person') return <Outlet />
  return (
    <Suspense fallback={null}>
      {data.needsOwner ? <FirstRunPage needsCode={data.needsClaimCode} /> : <SignInPage />}
    </Suspense>
  )
}

export function AppLayout() {
  const { data } = useQuery(sessionQuery)
  const viewer = data?.viewer
  return (
    <Shell viewerName={viewer?.name ?? ''} isAdmin={viewer?.kind === 'person' && viewer.role !== 'viewer'}>
      <Suspense fallback={<Loading />}>
        <Outlet />
      </Suspense>
    </Shell>
  )
}
