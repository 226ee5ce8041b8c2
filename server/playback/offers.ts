// How a title is offered to a viewer: which of its files, and how, by what browser, limits and tracks allow.
import type { ClientCapabilities } from '#shared/media.ts'
import type { Viewer } from '#shared/viewer.ts'
import type { Log } from '../platform/log.ts'
import { Problem } from '../platform/problem.ts'
import type { Asset } from './asset.ts'
import type { Assets, PlayableFile } from './assets.ts'
import { decide, questionsOf } from './decide.ts'
import { limitOf } from './limits.ts'
import { longestGap } from './segments.ts'
import type { PlaybackStore } from './store.ts'
import type { Offer } from './ticket.ts'
import { rungsOf } from './variants.ts'

export type PlayableTitle = {
  name: string
  fileIds: readonly string[]
  resumeSeconds: number
  nextTitleId: string | null
}

/** Who asks, from where. */
export type From = { signInId: string | null; address: string }
/** What is to be played, where: one version of a title, or whichever fits. */
export type Wish = { titleId: string; fileId?: string; capabilities: ClientCapabilities }

/** A picture this size is encoded faster than real time on two cores. */
const START_PIXELS = 854 * 480

export type OffersDeps = {
  file: (fileId: string) => Promise<PlayableFile | null>
  /** The title as this viewer may see it; throws `title-not-found` or `not-allowed`. */
  title: (viewer: Viewer, titleId: string) => Promise<PlayableTitle>
  store: Pick<PlaybackStore, 'limits'>
  log: Log
}

export function createOffers(deps: OffersDeps, { assetOf, initOf }: Pick<Assets, 'assetOf' | 'initOf'>) {
  const { log, store } = deps

  /** What this browser has to be asked to know how the title will be played. */
  async function questions(viewer: Viewer, titleId: string): Promise<{ mse: string[]; direct: string[] }> {
    const title = await deps.title(viewer, titleId)
    const all = await Promise.all(title.fileIds.map(deps.file))
    const asked = all.flatMap((file) => (file?.media ? [questionsOf(file.media)] : []))
    return {
      mse: [...new Set(asked.flatMap((q) => q.mse))].slice(0, 100),
      direct: [...new Set(asked.flatMap((q) => q.direct))].slice(0, 100),
    }
  }

  /** Which file, and how it is offered to this browser at this place. */
  async function offerOf(
    viewer: Viewer,
    from: From,
    wish: Wish & { prefer?: 'direct' | 'hls'; burnSubtitleIndex?: number },
  ) {
    const title = await deps.title(viewer, wish.titleId)
    const [fileId, limits] = await Promise.all([chooseFile(title, wish), store.limits()])
    const asset = await assetOf(fileId)
    const { media } = asset.file
    const burn = wish.burnSubtitleIndex ?? null
    if (burn !== null && !media.subtitles.some((s) => s.index === burn))
      throw new Problem('invalid-request', 'The file has no such subtitles.')
    const question = {
      info: media,
      capabilities: wish.capabilities,
      burnSubtitleIndex: burn,
      prefer: wish.prefer ?? null,
      longestGapSeconds: asset.copyTimes && longestGap(asset.copyTimes),
      limitBps: limitOf(limits, viewer.id, from.address),
    }
    let decision = decide(question)
    if (decision.method !== 'direct') {
      const uncopyable = await copyFailures(asset, decision.offer)
      if (uncopyable.video || uncopyable.audio) decision = decide({ ...question, uncopyable })
    }
    const rungs = rungsOf(asset, decision.offer)
    const cheap = rungs.findIndex((r) => r.isOriginal || r.width * r.height <= START_PIXELS)
    // Rungs fall in size: where none is cheap, the last is the cheapest.
    return { title, asset, ...decision, rungs, startRung: Math.max(0, cheap >= 0 ? cheap : rungs.length - 1) }
  }

  /** Tracks that were to be copied and cannot be, for whatever reason: they are encoded then. */
  async function copyFailures(asset: Asset, offer: Offer): Promise<{ video: boolean; audio: boolean }> {
    const fails = (name: string): Promise<boolean> =>
      initOf(asset, name).then(
        () => false,
        (err: unknown) => {
          log.warn({ err, rendition: name, fileId: asset.file.id }, 'a track cannot be copied')
          return true
        },
      )
    const sounds = offer.copyAudio ? asset.file.media.audio : []
    const [video, ...audio] = await Promise.all([
      offer.copyVideo ? fails('v-original') : false,
      ...sounds.map((track) => fails(`a${track.index}-original`)),
    ])
    return { video, audio: audio.includes(true) }
  }

  /** The wanted version, else the first that this browser plays without an encode, else the first at hand. */
  async function chooseFile(title: PlayableTitle, input: Omit<Wish, 'titleId'>): Promise<string> {
    if (input.fileId !== undefined) {
      if (title.fileIds.includes(input.fileId)) return input.fileId
      throw new Problem('file-not-found')
    }
    const files = (await Promise.all(title.fileIds.map(deps.file))).filter((f) => f !== null)
    if (files.length === 0) throw new Problem('file-not-found', 'There is no file for this title.')
    const ready = files.filter((f) => !f.offline && f.media)
    const direct = ready.find(
      (f) => f.media && questionsOf(f.media).direct.some((q) => input.capabilities.direct.includes(q)),
    )
    const chosen = direct ?? ready[0] ?? files[0]
    if (!chosen) throw new Problem('file-not-found')
    return chosen.id
  }

  return { questions, offerOf, chooseFile }
}
export type Offers = ReturnType<typeof createOffers>
