// Titles whose match is uncertain: choose for many, look at what would change, apply, take back.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TFunction } from 'i18next'
import {
  applyChoices,
  type MatchChange,
  previewChoices,
  type ReviewItem,
  undoMatchChange,
} from '#shared/api/review.ts'
import { call } from '../api/call.ts'
import { matchChangesQuery, metadataQuery, reviewQuery } from '../api/queries.ts'
import { AdminPage } from '../components/admin-page.tsx'
import { Button } from '../components/button.tsx'
import { CandidateList } from '../components/candidate-list.tsx'
import { Dialog } from '../components/dialog.tsx'
import { Blank, Failure, FormFailure } from '../components/state.tsx'
import { durationText } from '../lib/format.ts'

type Chosen = ReadonlyMap<string, number | null>

export function AdminReviewPage() {
  const { t } = useTranslation()
  const [chosen, setChosen] = useState<Chosen>(new Map())
  const [isLooking, setLooking] = useState(false)
  const status = useQuery(metadataQuery)
  const review = useInfiniteQuery(reviewQuery)
  const items = review.data?.pages.flatMap((page) => page.items) ?? []
  const choose = (titleId: string, remoteId: number | null) =>
    setChosen((before) => {
      const next = new Map(before)
      if (before.get(titleId) === remoteId) next.delete(titleId)
      else next.set(titleId, remoteId)
      return next
    })
  return (
    <AdminPage page="review">
      {status.data && status.data.state !== 'ready' && (
        <output className="block rounded-2xl border border-line bg-panel p-4">
          {t(`review.state.${status.data.state}`)}
        </output>
      )}
      <NewestChanges />
      {review.error && !review.data && <Failure error={review.error} onRetry={() => void review.refetch()} />}
      {review.data && items.length === 0 && (
        <Blank title={t('review.empty')}>
          <p>{t('review.emptyText')}</p>
        </Blank>
      )}
      {items.length > 0 && <p className="max-w-prose text-soft">{t('review.intro')}</p>}
      <ul className="grid gap-4">
        {items.map((item) => (
          <li key={item.titleId} className="grid gap-3 rounded-2xl border border-line bg-panel p-4">
            <Uncertain item={item} chosenId={chosen.get(item.titleId)} onChoose={choose} />
          </li>
        ))}
      </ul>
      {review.hasNextPage && (
        <Button disabled={review.isFetchingNextPage} onClick={() => void review.fetchNextPage()}>
          {t('review.more')}
        </Button>
      )}
      {chosen.size > 0 && (
        // In sight wherever in a long list somebody is; above the navigation of a phone.
        <div className="sticky bottom-4 z-10 flex justify-end max-md:bottom-24">
          <Button look="primary" className="shadow-lg" onClick={() => setLooking(true)}>
            {t('review.preview', { count: chosen.size })}
          </Button>
        </div>
      )}
      {isLooking && (
        <Preview chosen={chosen} onClose={() => setLooking(false)} onDone={() => setChosen(new Map())} />
      )}
    </AdminPage>
  )
}

function Uncertain({
  item,
  chosenId,
  onChoose,
}: {
  item: ReviewItem
  chosenId: number | null | undefined
  onChoose: (titleId: string, remoteId: number | null) => void
}) {
  const { t } = useTranslation()
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="text-lg font-semibold">
          <Link to="/title/$titleId" params={{ titleId: item.titleId }} className="hover:underline">
            {item.name}
            {item.year !== null && ` (${item.year})`}
          </Link>
        </h2>
        <Button
          look={chosenId === null ? 'primary' : 'ghost'}
          aria-pressed={chosenId === null}
          onClick={() => onChoose(item.titleId, null)}
        >
          {t('review.none')}
        </Button>
      </div>
      <p className="text-sm wrap-anywhere text-soft">
        {[...item.paths, item.durationSeconds !== null && durationText(item.durationSeconds)]
          .filter(Boolean)
          .join(' · ')}
      </p>
      <CandidateList
        candidates={item.candidates}
        isBusy={false}
        chosenId={chosenId ?? null}
        onChoose={({ remoteId }) => onChoose(item.titleId, remoteId)}
      />
    </>
  )
}

function Preview({ chosen, onClose, onDone }: { chosen: Chosen; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation()
  const cache = useQueryClient()
  const choices = [...chosen].map(([titleId, remoteId]) => ({ titleId, remoteId }))
  const preview = useQuery({
    queryKey: ['review', 'preview', choices],
    queryFn: ({ signal }) => call(previewChoices, { body: { choices } }, signal),
  })
  const apply = useMutation({
    mutationFn: () => call(applyChoices, { body: { choices } }),
    onSuccess: async () => {
      onDone()
      onClose()
      await Promise.all(
        [['review'], ['browse'], ['home'], ['title']].map((queryKey) =>
          cache.invalidateQueries({ queryKey }),
        ),
      )
    },
  })
  const text = ({ name, year }: { name: string; year: number | null }) =>
    year === null ? name : `${name} (${year})`
  return (
    <Dialog title={t('review.preview', { count: choices.length })} onClose={onClose}>
      <ul className="mb-4 grid max-h-[50vh] gap-2 overflow-y-auto">
        {preview.data?.items.map(({ titleId, before, after }) => (
          <li key={titleId} className="grid">
            <span className="text-soft line-through">{text(before)}</span>
            <span>{after.remoteId === null ? t('review.none') : text(after)}</span>
          </li>
        ))}
      </ul>
      <FormFailure error={apply.error ?? preview.error} />
      <Button look="primary" disabled={!preview.data || apply.isPending} onClick={() => apply.mutate()}>
        {t('review.apply')}
      </Button>
    </Dialog>
  )
}

/** How many of them can be taken back from here. */
const CHANGES_SHOWN = 5

function NewestChanges() {
  const { t } = useTranslation()
  const cache = useQueryClient()
  const changes = useQuery(matchChangesQuery).data?.items.filter((change) => change.undoneAtMs === null) ?? []
  const undo = useMutation({
    mutationFn: (id: string) => call(undoMatchChange, { params: { id } }),
    onSuccess: () =>
      Promise.all(
        [['review'], ['browse'], ['home'], ['title']].map((queryKey) =>
          cache.invalidateQueries({ queryKey }),
        ),
      ),
  })
  if (changes.length === 0) return null
  return (
    <section className="grid gap-2 text-soft" aria-label={t('review.changes')}>
      <ul className="grid gap-2">
        {changes.slice(0, CHANGES_SHOWN).map((change) => (
          <li key={change.id} className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
            <span className="min-w-0">{changeText(t, change)}</span>
            <Button disabled={undo.isPending} onClick={() => undo.mutate(change.id)}>
              {t('review.undo')}
            </Button>
          </li>
        ))}
      </ul>
      <FormFailure error={undo.error} />
    </section>
  )
}

function changeText(t: TFunction, change: MatchChange): string {
  const { titleCount: count, names } = change
  return t(change.madeBy === 'matcher' ? 'review.united' : 'review.last', {
    count,
    names: names.join(', ') + (count > names.length ? ' …' : ''),
    when: new Date(change.madeAtMs).toLocaleString(),
  })
}
