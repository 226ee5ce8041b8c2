// Applies `follow` to a player: keeps one media element where the room says that playback is.
import { isMovingAt, positionAt } from '#shared/party/timeline.ts'
import { createFollower } from './follow.ts'
import type { PartyRoom } from './room.ts'

/** What following needs of a player; an `HTMLVideoElement` is one. */
export type FollowedPlayer = Pick<
  HTMLVideoElement,
  | 'currentTime'
  | 'playbackRate'
  | 'preservesPitch'
  | 'paused'
  | 'seeking'
  | 'readyState'
  | 'buffered'
  | 'play'
  | 'pause'
  | 'addEventListener'
  | 'requestVideoFrameCallback'
  | 'cancelVideoFrameCallback'
>

export type FollowState = {
  /** Positive: behind the room. Null while nothing can be measured. */
  driftMs: number | null
  /** The browser wants a click before it plays with sound. */
  needsClick: boolean
}

const HAVE_FUTURE_DATA = 3
const STEP_MS = 100
const STATUS_MS = 3000
/** Rests within half a frame of the announced one. */
const REST_SECONDS = 0.02
/** What `play()` takes until frames move; the controller takes care of the rest. */
const START_LATENCY_MS = 40
/** Missing data for less than this is not told to the group. */
const STALL_MS = 400

export type FollowPlayerOptions = {
  player: FollowedPlayer
  room: PartyRoom
  /** How much later than others this device is heard, from the same-room setting. */
  deviceDelayMs?: () => number
  onState: (state: FollowState) => void
  nowMs?: () => number
}

export function followRoom({
  player,
  room,
  deviceDelayMs = () => 0,
  onState,
  nowMs = () => performance.now(),
}: FollowPlayerOptions): Disposable {
  const ending = new AbortController()
  const follower = createFollower()
  let frame: { mediaSeconds: number; shownAtMs: number } | null = null
  let driftMs: number | null = null
  let needsClick = false
  let appliedSeq = 0
  let readySeq = 0
  let stalledSinceMs: number | null = null
  let toldBuffering = false
  let starting = false
  let frameHandle = 0
  let startTimer: ReturnType<typeof setTimeout> | undefined

  const report = (): void => onState({ driftMs, needsClick })

  const bufferedSeconds = (): number => {
    const { buffered, currentTime } = player
    for (let i = 0; i < buffered.length; i++)
      if (buffered.start(i) <= currentTime + 0.1 && currentTime <= buffered.end(i))
        return buffered.end(i) - currentTime
    return 0
  }

  function watchFrames(): void {
    frameHandle = player.requestVideoFrameCallback((_, { mediaTime, expectedDisplayTime }) => {
      frame = { mediaSeconds: mediaTime, shownAtMs: expectedDisplayTime }
      watchFrames()
    })
  }

  async function start(): Promise<void> {
    if (starting || !player.paused) return
    starting = true
    try {
      await player.play()
      needsClick = false
    } catch (error) {
      // Autoplay with sound is refused until the person has clicked something.
      needsClick = error instanceof DOMException && error.name === 'NotAllowedError'
    }
    starting = false
    follower.settle(nowMs())
    report()
  }

  function rest(positionSeconds: number, isStarting: boolean): void {
    if (!player.paused && !isStarting) player.pause()
    if (isStarting) return
    if (!player.seeking && Math.abs(player.currentTime - positionSeconds) > REST_SECONDS)
      player.currentTime = positionSeconds
    driftMs = null
  }

  function step(): void {
    const { state } = room.view.get()
    if (!state || !room.clock.isKnown()) return
    const now = nowMs()
    const serverMs = room.clock.serverMs(now)
    if (state.seq !== appliedSeq) {
      appliedSeq = state.seq
      frame = null
      follower.settle(now)
      toldBuffering = false
    }
    const isLoaded = player.readyState >= HAVE_FUTURE_DATA && !player.seeking
    const target = positionAt(state, serverMs, state.durationSeconds)
    if (!isMovingAt(state, serverMs, state.durationSeconds)) {
      // Started a moment early on purpose: not to be stopped again.
      const inMs = state.playing ? state.atServerMs - serverMs : Infinity
      rest(target, inMs <= START_LATENCY_MS)
      startOnTime(inMs)
    } else if (player.paused) {
      if (Math.abs(player.currentTime - target) > 0.8 && !player.seeking) player.currentTime = target
      void start()
    } else follow(now, target, state.rate, !isLoaded)

    const atTarget = state.playing || Math.abs(player.currentTime - target) <= REST_SECONDS
    if (isLoaded && atTarget && readySeq !== state.seq) {
      readySeq = state.seq
      room.ready(state.seq)
    }
    tellStalls(now, state.seq, state.playing && !player.paused && player.readyState < HAVE_FUTURE_DATA)
  }

  /** A scheduled start is not left to the next step, which may be a tenth of a second late. */
  function startOnTime(inMs: number): void {
    clearTimeout(startTimer)
    if (inMs < Infinity) startTimer = setTimeout(() => void start(), Math.max(0, inMs - START_LATENCY_MS))
  }

  function follow(now: number, target: number, baseRate: number, isBusy: boolean): void {
    // A frame that is too old says nothing: the tab was hidden, or the film has no picture.
    const fresh = frame && now - frame.shownAtMs < 500 ? frame : null
    const shown = fresh
      ? fresh.mediaSeconds + ((now - fresh.shownAtMs) / 1000) * player.playbackRate
      : player.currentTime
    const errorMs = ((target - shown) / baseRate) * 1000 + deviceDelayMs()
    const action = follower.step({ nowMs: now, errorMs, baseRate, isBusy })
    if (!isBusy) driftMs = errorMs
    if (action.kind === 'rate') {
      if (player.preservesPitch !== action.preservesPitch) player.preservesPitch = action.preservesPitch
      // Each write costs the audio path a little: only what makes a difference.
      if (Math.abs(player.playbackRate - action.rate) > 0.0003) player.playbackRate = action.rate
    } else if (action.kind === 'seek') {
      player.playbackRate = baseRate
      player.currentTime = target + ((action.aheadMs + deviceDelayMs()) / 1000) * baseRate
      frame = null
    }
  }

  function tellStalls(now: number, seq: number, isStalled: boolean): void {
    if (!isStalled) {
      stalledSinceMs = null
      if (toldBuffering) room.buffering(seq, false)
      toldBuffering = false
      return
    }
    stalledSinceMs ??= now
    if (now - stalledSinceMs < STALL_MS || toldBuffering) return
    toldBuffering = true
    room.buffering(seq, true)
  }

  watchFrames()
  const unsubscribe = room.view.subscribe(step)
  const steps = setInterval(step, STEP_MS)
  const statuses = setInterval(() => {
    report()
    const estimate = room.clock.estimate()
    if (!estimate || room.view.get().phase !== 'joined') return
    room.status({
      driftMs: driftMs === null ? null : Math.round(driftMs * 10) / 10,
      bufferedSeconds: Math.round(bufferedSeconds() * 10) / 10,
      roundTripMs: estimate.roundTripMs,
      uncertaintyMs: estimate.uncertaintyMs,
    })
  }, STATUS_MS)
  // Timers sleep in background tabs: measure the clock anew before trusting anything.
  if (typeof document !== 'undefined')
    document.addEventListener(
      'visibilitychange',
      () => document.visibilityState === 'visible' && room.clock.start(),
      {
        signal: ending.signal,
      },
    )

  return {
    [Symbol.dispose]() {
      ending.abort()
      unsubscribe()
      clearInterval(steps)
      clearTimeout(startTimer)
      clearInterval(statuses)
      player.cancelVideoFrameCallback(frameHandle)
    },
  }
}
