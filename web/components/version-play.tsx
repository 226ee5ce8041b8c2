// What can be done with one version of a title: play it, or encode it ahead of time.
import { useMutation, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { CircleCheck, Play } from 'lucide-react'
import { type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { TitleFile } from '#shared/api/catalog.ts'
import { prepareTitle } from '#shared/api/playback.ts'
import { call } from '../api/call.ts'
import { jobsQuery, preparedQuery } from '../api/queries.ts'
import { Button, LinkButton } from './button.tsx'
import { FormFailure } from './state.tsx'

type Of = { titleId: string; file: TitleFile }

export function VersionPlay({ titleId, file, isAdmin }: Of & { isAdmin: boolean }) {
  const { t } = useTranslation()
  if (file.offline) return <p className="mt-4 text-sm text-danger">{t('title.offline')}</p>
  return (
    <div className="mt-4 flex flex-wrap items-end gap-3 border-t border-line pt-4">
      <LinkButton
        to="/watch/$titleId"
        params={{ titleId }}
        search={{ file: file.fileId }}
        aria-label={`${t('title.playVersion')}: ${file.fileName}`}
      >
        <Play size={16} fill="currentColor" aria-hidden />
        {t('title.playVersion')}
      </LinkButton>
      {isAdmin && file.video.length > 0 && <Prepare titleId={titleId} file={file} />}
    </div>
  )
}

/** The server's ladder; nothing is made larger than the file. */
const RUNGS = [1080, 720, 480, 360]

function Prepare({ titleId, file }: Of) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const made = useQuery(preparedQuery).data?.items.find(({ fileId }) => fileId === file.fileId)
  const { mutate, error, isPending } = useMutation({
    mutationFn: (rungs: string[]) => call(prepareTitle, { body: { titleId, fileId: file.fileId, rungs } }),
    onSuccess: () => queries.invalidateQueries(preparedQuery),
  })
  if (made) return <Prepared fileId={file.fileId} isComplete={made.isComplete} />
  const height = Math.max(...file.video.map((track) => Math.min(track.width, track.height)))
  const rungs = RUNGS.filter((rung) => rung <= Math.max(height, 360))
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const chosen = new FormData(event.currentTarget).getAll('rung').map(String)
    if (chosen.length > 0) mutate(chosen)
  }
  return (
    <form onSubmit={submit} className="ml-auto flex flex-wrap items-center gap-2">
      <fieldset className="flex flex-wrap gap-x-4">
        <legend className="sr-only">{t('prepare.quality')}</legend>
        {rungs.map((rung, n) => (
          <label key={rung} className="flex min-h-11 items-center gap-2 text-sm tabular-nums">
            <input
              type="checkbox"
              name="rung"
              value={`${rung}p`}
              defaultChecked={n === 0}
              className="size-4 accent-accent"
            />
            {rung}p
          </label>
        ))}
      </fieldset>
      <Button type="submit" disabled={isPending} title={t('prepare.hint')}>
        {t('prepare.button')}
      </Button>
      <FormFailure error={error} />
    </form>
  )
}

function Prepared({ fileId, isComplete }: { fileId: string; isComplete: boolean }) {
  const { t } = useTranslation()
  const jobs = useInfiniteQuery({ ...jobsQuery('active'), enabled: !isComplete })
  const running = jobs.data?.pages.flatMap(({ items }) => items) ?? []
  const progress = running.find(({ key }) => key?.includes(fileId))?.progress ?? null
  if (isComplete)
    return (
      <p className="ml-auto flex min-h-11 items-center gap-2 text-sm text-good">
        <CircleCheck size={18} aria-hidden />
        {t('prepare.isReady')}
      </p>
    )
  return (
    <label className="ml-auto grid min-w-40 gap-1 text-sm text-soft">
      {t('prepare.running')}
      <progress
        className="h-2 w-full overflow-hidden rounded-full bg-raised"
        {...(progress !== null && { value: progress, max: 1 })}
      />
    </label>
  )
}
