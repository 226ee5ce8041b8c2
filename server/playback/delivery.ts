// What a ticket opens: playlists, init segments, segments, subtitles, pictures and fonts of one file, or the file itself.
import type { SubtitleFormat } from '../media/media-engine.ts'
import { Problem } from '../platform/problem.ts'
import type { AssetRendition } from './asset.ts'
import type { Assets } from './assets.ts'
import type { SegmentQuestion } from './cluster/bring.ts'
import type { SharedSessions } from './cluster/shared-sessions.ts'
import type { Fonts } from './fonts.ts'
import { unlessGone } from './gone-file.ts'
import { mediaPlaylist, subtitlePlaylist } from './playlist.ts'
import type { FilePreviews } from './previews.ts'
import type { RunningPlaybacks } from './running.ts'
import type { SegmentCache } from './segment-cache.ts'
import type { Wanted } from './session.ts'
import type { Subtitles } from './subtitles.ts'
import type { TicketClaims, Tickets } from './ticket.ts'
import { masterOf } from './variants.ts'

const subtitleIndex = (name: string): number | null =>
  /^s(0|[1-9]\d{0,2})$/.test(name) ? Number(name.slice(1)) : null

export type DeliveryDeps = Assets & {
  subtitles: Subtitles
  fonts: Fonts
  previews: FilePreviews
  tickets: Tickets
  running: RunningPlaybacks
  cache: SegmentCache
  /** Null where no other process may ask. */
  shared: SharedSessions | null
  wantSegment: (found: AssetRendition, number: number, viewerId: string) => Promise<Wanted>
}

export function createDelivery({
  assetOf,
  initOf,
  renditionOf,
  subtitles,
  fonts,
  previews,
  tickets,
  running,
  cache,
  shared,
  wantSegment,
}: DeliveryDeps) {
  return {
    async admit(ticket: string, assetId: string): Promise<TicketClaims> {
      const claims = tickets.verify(ticket, assetId)
      if (await running.isOver(claims))
        throw new Problem('ticket-expired', 'The sign-in or party of this ticket has ended.')
      return claims
    },

    async directFile({ fileId, assetId }: TicketClaims): Promise<{ path: string; contentType: string }> {
      const { file } = await assetOf(fileId, assetId)
      const types: Record<string, string> = {
        mp4: 'video/mp4',
        webm: 'video/webm',
        matroska: 'video/x-matroska',
      }
      return { path: file.path, contentType: types[file.media.container] ?? 'application/octet-stream' }
    },

    async master({ fileId, assetId, offer }: TicketClaims): Promise<string> {
      const asset = await assetOf(fileId, assetId)
      return masterOf(asset, offer, await subtitles.choices(asset, ''))
    },

    async media({ fileId, assetId }: TicketClaims, name: string): Promise<string> {
      const asset = await assetOf(fileId, assetId)
      const index = subtitleIndex(name)
      if (index === null) return mediaPlaylist(renditionOf(asset, name).times)
      const choices = await subtitles.choices(asset, '')
      if (!choices.some((s) => s.index === index && s.format === 'webvtt')) throw new Problem('not-found')
      return subtitlePlaylist(asset.durationSeconds)
    },

    init: async ({ fileId, assetId }: TicketClaims, name: string): Promise<Uint8Array> =>
      initOf(await assetOf(fileId, assetId), name),

    async segment(
      { fileId, assetId, playbackId }: TicketClaims,
      name: string,
      number: number,
    ): Promise<Wanted> {
      const found = renditionOf(await assetOf(fileId, assetId), name)
      if (number >= found.times.starts.length - 1) throw new Problem('not-found')
      return wantSegment(found, number, playbackId)
    },

    /** Where a finished segment lies; null when it is in memory only. */
    async blobOfSegment(
      { fileId, assetId }: TicketClaims,
      name: string,
      number: number,
    ): Promise<string | null> {
      return cache.blobOf(renditionOf(await assetOf(fileId, assetId), name).key, number)
    },

    /** For another process, when this one encodes it; null when somebody else does. */
    async encodedSegment(question: SegmentQuestion): Promise<Wanted | null> {
      const { fileId, assetId, name, segment, viewerId, isPatient } = question
      const { key, rendition, times, of } = renditionOf(await assetOf(fileId, assetId), name)
      if (!shared || segment >= times.starts.length - 1) throw new Problem('not-found')
      if (key !== question.key) throw new Problem('not-ready', 'This process is of another version.')
      return shared.encoded({ key, rendition, times, label: name, of }, segment, viewerId, isPatient)
    },

    async subtitles(
      { fileId, assetId }: TicketClaims,
      name: string,
      format: SubtitleFormat,
    ): Promise<Uint8Array> {
      const index = subtitleIndex(name)
      if (index === null) throw new Problem('not-found')
      return subtitles.contents(await assetOf(fileId, assetId), index, format)
    },

    previewList: async ({ fileId, assetId }: TicketClaims) => previews.list(await assetOf(fileId, assetId)),
    previewSheet: async ({ fileId, assetId }: TicketClaims, number: number) =>
      previews.sheet(await assetOf(fileId, assetId), number),
    font: async ({ fileId, assetId }: TicketClaims, index: number) =>
      fonts.bytes(await assetOf(fileId, assetId), index),

    /** What a failed or refused encode means to people. */
    async explain({ fileId, assetId }: TicketClaims, error: unknown): Promise<unknown> {
      if (!(error instanceof Problem) || !(error.code === 'encode-failed' || error.code === 'not-playable'))
        return error
      const { file } = await assetOf(fileId, assetId)
      return unlessGone(file.path, error)
    },
  }
}
