// What can be done with a title: play, watch together, watched, favourite; an administrator says what it is.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Check, Heart, Play, SkipBack, SkipForward, Users } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { TitleDetails } from '#shared/api/catalog.ts'
import { setFavourite, setWatched } from '#shared/api/history.ts'
import { createParty } from '#shared/api/party.ts'
import { call } from '../api/call.ts'
import { durationText, episodeText } from '../lib/format.ts'
import { Button, LinkButton, buttonClass } from './button.tsx'
import { FixMatch } from './fix-match.tsx'
import { FormFailure } from './state.tsx'

export function TitleActions({ title, isAdmin }: { title: TitleDetails; isAdmin: boolean }) {
  const { t } = useTranslation()
  const cache = useQueryClient()
  const navigate = useNavigate()
  const params = { id: title.id }
  const refresh = async () => {
    await Promise.all(
      [['title'], ['home'], ['browse']].map((queryKey) => cache.invalidateQueries({ queryKey })),
    )
  }
  const { watched, favourite } = title.state
  const watch = useMutation({
    mutationFn: () => call(setWatched, { params, body: { watched: !watched } }),
    onSuccess: refresh,
  })
  const love = useMutation({
    mutationFn: () => call(setFavourite, { params, body: { favourite: !favourite } }),
    onSuccess: refresh,
  })
  const target = title.files.length > 0 ? title : title.nextUp
  const gather = useMutation({
    mutationFn: (titleId: string) => call(createParty, { body: { titleId } }),
    onSuccess: ({ code }) => navigate({ to: '/w/$code', params: { code } }),
  })
  const position = target?.state.positionSeconds ?? 0
  const left = (target?.state.durationSeconds ?? target?.runtimeSeconds ?? 0) - position
  const number =
    target && target.id !== title.id ? episodeText(target.seasonNumber, target.episodeNumber) : ''
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-2 sm:gap-3">
        {target && (
          <LinkButton
            to="/watch/$titleId"
            params={{ titleId: target.id }}
            look="primary"
            // A line of its own on a phone, where all do not fit into one.
            className="max-sm:basis-full sm:px-7"
            // The player's code is there before the click.
            preload="render"
          >
            <Play size={18} fill="currentColor" aria-hidden />
            {position > 0 ? t('title.resume') : t('title.play')} {number}
          </LinkButton>
        )}
        {target && (
          <Button
            className="max-sm:grow max-sm:!px-2"
            onClick={() => gather.mutate(target.id)}
            disabled={gather.isPending}
          >
            <Users size={18} aria-hidden />
            {t('title.together')}
          </Button>
        )}
        <button
          type="button"
          aria-pressed={watched}
          aria-label={t('title.watched')}
          title={watched ? t('title.watched') : t('title.markWatched')}
          className={buttonClass('quiet', `!px-3 ${watched ? '!text-accent-text' : ''}`)}
          onClick={() => watch.mutate()}
        >
          <Check size={20} strokeWidth={watched ? 3 : 2} aria-hidden />
        </button>
        <button
          type="button"
          aria-pressed={favourite}
          aria-label={t('title.favourite')}
          title={favourite ? t('title.favourite') : t('title.markFavourite')}
          className={buttonClass('quiet', `!px-3 ${favourite ? '!text-accent-text' : ''}`)}
          onClick={() => love.mutate()}
        >
          <Heart size={20} fill={favourite ? 'currentColor' : 'none'} aria-hidden />
        </button>
        {isAdmin && (title.kind === 'movie' || title.kind === 'show') && <FixMatch title={title} />}
        {title.previousId && (
          <LinkButton
            to="/title/$titleId"
            params={{ titleId: title.previousId }}
            look="ghost"
            aria-label={t('title.previous')}
          >
            <SkipBack size={18} aria-hidden />
          </LinkButton>
        )}
        {title.nextId && (
          <LinkButton
            to="/title/$titleId"
            params={{ titleId: title.nextId }}
            look="ghost"
            aria-label={t('title.next')}
          >
            <SkipForward size={18} aria-hidden />
          </LinkButton>
        )}
        {position > 0 && left > 0 && (
          <span className="text-sm text-soft">{t('title.resumeAt', { time: durationText(left) })}</span>
        )}
      </div>
      <FormFailure error={gather.error ?? watch.error ?? love.error} />
    </div>
  )
}
