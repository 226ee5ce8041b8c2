// Saves where the viewer is at sane intervals and on leave, reports what the player saw, renews the ticket.
import { saveProgress } from '#shared/api/history.ts'
import { reportPlayback, stopPlayback } from '#shared/api/playback.ts'
import type { Endpoint, Reply } from '#shared/endpoint.ts'
import type { Player } from './player.ts'

const SAVE_EVERY_MS = 10_000
const REPORT_EVERY_MS = 20_000
/** What one report carries. */
const MOST_SEEKS = 100
/** The server was started anew, or counted this player as gone while the device slept. */
const HTTP_NOT_FOUND = 404

/** A request that outlives the page. */
function send(endpoint: Endpoint, id: string, body?: unknown): Promise<Response | null> {
  return fetch(endpoint.path.replace(':id', encodeURIComponent(id)), {
    method: endpoint.method,
    keepalive: true,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  }).catch(() => null)
}

export function keepProgress(player: Player, options: { saves: boolean }): Disposable {
  const { media, state } = player
  let savedSeconds = -1
  const seeks: number[] = []

  function save() {
    const { positionSeconds, durationSeconds, firstFrameMs } = state.get()
    if (!options.saves || firstFrameMs === null || durationSeconds <= 0) return
    if (Math.abs(positionSeconds - savedSeconds) < 1) return
    savedSeconds = positionSeconds
    void send(saveProgress, player.playback.titleId, { positionSeconds, durationSeconds })
  }
  async function report() {
    const { positionSeconds, paused, firstFrameMs, stalls, error } = state.get()
    const { id } = player.playback
    const seeksMs = seeks.splice(0, MOST_SEEKS)
    const reply = await send(reportPlayback, id, {
      positionSeconds,
      paused,
      stalls,
      droppedFrames: media.getVideoPlaybackQuality().droppedVideoFrames,
      ...(firstFrameMs !== null && { firstFrameMs }),
      ...(seeksMs.length > 0 && { seeksMs }),
      ...(error && { error: `${error.code}: ${error.detail}`.slice(0, 500) }),
    })
    if (!reply || ending.signal.aborted || id !== player.playback.id) return
    if (reply.ok) player.renew((await reply.json()) as Reply<typeof reportPlayback>)
    else if (reply.status === HTTP_NOT_FOUND) await player.reopen()
  }
  let wasSeeking = false
  let hasStarted = false
  const stopListening = state.subscribe(() => {
    const { seeking, seekMs, firstFrameMs } = state.get()
    if (wasSeeking && !seeking && seekMs !== null && seeks.length < MOST_SEEKS) seeks.push(seekMs)
    wasSeeking = seeking
    // At once: who looks in for a moment only counts as well.
    if (!hasStarted && firstFrameMs !== null) {
      hasStarted = true
      void report()
    }
  })
  const ending = new AbortController()
  const { signal } = ending
  const saving = setInterval(() => !media.paused && save(), SAVE_EVERY_MS)
  const reporting = setInterval(() => void report(), REPORT_EVERY_MS)
  media.addEventListener('pause', save, { signal })
  media.addEventListener('ended', save, { signal })
  const onVisibility = () => (document.hidden ? save() : void report())
  document.addEventListener('visibilitychange', onVisibility, { signal })
  const leave = () => {
    save()
    void send(stopPlayback, player.playback.id)
  }
  window.addEventListener('pagehide', leave, { signal })
  return {
    [Symbol.dispose]() {
      ending.abort()
      stopListening()
      clearInterval(saving)
      clearInterval(reporting)
      leave()
    },
  }
}
