// Applies `follow` to a player: keeps one media element where the room says that playback is.
import type { PartyState } from '#shared/party/protocol.ts'
import { isMovingAt, positionAt } from '#shared/party/timeline.ts'
import { type CatchUp, catchUpPlan, type Stand, standAhead } from './catch-up.ts'
import { createFollower } from './follow.ts'
import { type FollowedPlayer, HAVE_FUTURE_DATA, bufferedFrom } from './followed-player.ts'
import { createFrameSensor } from './frame-sensor.ts'
import { rehearse } from './rehearse.ts'
import { type ReportedRoom, createReports } from './reports.ts'
import type { PartyRoom } from './room.ts'
import { createStartLatency } from './start-latency.ts'
import { createStop } from './stop.ts'

/** What following needs of a room. */
export type FollowedRoom = ReportedRoom &
  Pick<PartyRoom, 'ready'> & { clock: Pick<PartyRoom['clock'], 'isKnown' | 'serverMs' | 'start'> }

export type FollowState = {
  /** Positive: behind the room. Null while nothing can be measured. */
  driftMs: number | null
  /** The browser wants a click before it plays with sound. */
  needsClick: boolean
}

const STEP_MS = 100
const STATUS_MS = 3000
/** Rests within half a frame of the announced one. */
const REST_SECONDS = 0.02
/** As far from it playback may come to a stop. */
const NEAR_SECONDS = 0.1
/** Frames older than this say nothing: the tab was hidden, or the film has no picture. */
const FRAMES_STOPPED_MS = 500
/** A pause nearer than this is made at once. */
const SOONEST_STOP_MS = 50
/**
 * How long playback that was paused is left to stop: a seek that comes sooner can show the frame after the last one.
 * A last frame that is not on the screen soon does not come by itself; from one past it there is but to go back.
 */
const STOPPING_MS = { before: 50, there: 150, past: 0 }
/** A smaller change of rate is not worth disturbing the sound for. */
const RATE_STEP = 0.001

export type FollowPlayerOptions = {
  player: FollowedPlayer
  room: FollowedRoom
  /** How much later than others this device is heard, from the same-room setting. */
  deviceDelayMs?: () => number
  onState: (state: FollowState) => void
  /** Keeps what starts take on this device. */
  storage: Pick<Storage, 'getItem' | 'setItem'>
  nowMs?: () => number
}

export type Following = Disposable & {
  /** Called from a click: the browser lets the film play from then on. */
  unblock: () => Promise<void>
}

/** What moves frames when it changes; settings and roles change a state without it. */
const timelineOf = (s: PartyState): string =>
  [s.titleId, s.positionSeconds, s.atServerMs, s.rate, s.playing].join(' ')

export function followRoom({
  player,
  room,
  deviceDelayMs = () => 0,
  onState,
  storage,
  nowMs = () => performance.now(),
}: FollowPlayerOptions): Following {
  const ending = new AbortController()
  const follower = createFollower()
  const sensor = createFrameSensor()
  const latency = createStartLatency(storage)
  const stop = createStop((positionSeconds) => {
    const { state } = room.view.get()
    if (state) standStill({ positionSeconds, atServerMs: Infinity }, state.rate, nowMs())
  })
  let driftMs: number | null = null
  let needsClick = false
  let timeline = ''
  let readySeq = 0
  let plan: CatchUp | null = null
  /** The start that is under way, and how late its timer was; its first frames tell what it took. */
  let started: { stand: Stand; atMs: number; lateMs: number; isMeasured: boolean } | null = null
  let startTimer: ReturnType<typeof setTimeout> | undefined
  /** Has moved since its last seek. */
  let hasMoved = false
  let stoppedMs = -Infinity
  let rehearsal: 'due' | 'running' | 'done' = 'due'
  const reports = createReports({ player, room })
  let frameHandle = 0
  let lastFrameMs = -Infinity

  const report = (): void => onState({ driftMs, needsClick })
  const isLoaded = (): boolean => player.readyState >= HAVE_FUTURE_DATA && !player.seeking
  const isBlock = (error: unknown): boolean =>
    error instanceof DOMException && error.name === 'NotAllowedError'

  /** How far behind the room a picture of `mediaSeconds` is that is shown at `atMs`. */
  function errorOf(state: PartyState, mediaSeconds: number, atMs: number): number {
    const target = positionAt(state, room.clock.serverMs(atMs), state.durationSeconds)
    return ((target - mediaSeconds) / state.rate) * 1000 + deviceDelayMs()
  }

  function watchFrames(): void {
    frameHandle = player.requestVideoFrameCallback((_, { mediaTime, expectedDisplayTime }) => {
      watchFrames()
      if (stop.saw(mediaTime)) return
      const { state } = room.view.get()
      const isStarted = !started || mediaTime > started.stand.positionSeconds + REST_SECONDS
      if (
        !state ||
        !(state.playing || stop.isAhead()) ||
        player.paused ||
        !isLoaded() ||
        !isStarted ||
        !room.clock.isKnown()
      )
        return
      lastFrameMs = expectedDisplayTime
      sensor.add(expectedDisplayTime, errorOf(state, mediaTime, expectedDisplayTime))
    })
  }

  function setRate(rate: number, baseRate: number): void {
    const isBack = rate === baseRate && player.playbackRate !== baseRate
    if (!isBack && Math.abs(player.playbackRate - rate) < RATE_STEP) return
    player.playbackRate = rate
    sensor.nudged(nowMs(), rate / baseRate - 1)
  }

  async function start(stand: Stand, dueMs: number): Promise<void> {
    if (!player.paused || needsClick || !isLoaded()) return
    const atMs = nowMs()
    started = { stand, atMs, lateMs: atMs - dueMs, isMeasured: false }
    sensor.clear()
    hasMoved = true
    try {
      await player.play()
    } catch (error) {
      // Autoplay with sound is refused until the person has clicked something.
      needsClick = isBlock(error)
      started = null
      report()
    }
  }

  /** Rests at a frame, and starts from it so that its successors are on the screen when the room says. */
  function standStill(stand: Stand, rate: number, now: number): void {
    driftMs = null
    clearTimeout(startTimer)
    if (started?.stand.atServerMs === stand.atServerMs) return
    started = null
    if (!player.paused) {
      player.pause()
      stoppedMs = now
      for (const ms of Object.values(STOPPING_MS)) setTimeout(step, ms)
    }
    setRate(rate, rate)
    const awaySeconds = Math.abs(player.currentTime - stand.positionSeconds)
    const isStopping =
      awaySeconds < NEAR_SECONDS && now - stoppedMs < STOPPING_MS[stop.lastFrameIs(stand.positionSeconds)]
    // Always once after it has moved: from where it was paused Chromium starts 75 ms sooner than from where it was sought to.
    const isSeekDue = hasMoved || awaySeconds > REST_SECONDS
    if (isSeekDue && !player.seeking && (stand.atServerMs < Infinity || !isStopping)) {
      hasMoved = false
      player.currentTime = stand.positionSeconds
    }
    if (stand.atServerMs === Infinity) return
    const dueMs = now + stand.atServerMs - room.clock.serverMs(now) - latency.ms() - deviceDelayMs()
    // Not left to the next step, which may be a tenth of a second late.
    startTimer = setTimeout(() => void start(stand, dueMs), Math.max(0, dueMs - now))
  }

  function rehearseOnce(): void {
    rehearsal = 'running'
    rehearse(player, nowMs)
      .then((ms) => ms !== null && latency.set(ms))
      .catch((error: unknown) => (needsClick = isBlock(error)))
      .finally(() => {
        rehearsal = 'done'
        report()
        step()
      })
  }

  function step(): void {
    const { state } = room.view.get()
    if (!state || !room.clock.isKnown() || rehearsal === 'running' || ending.signal.aborted) return
    const now = nowMs()
    const serverMs = room.clock.serverMs(now)
    if (timelineOf(state) !== timeline) {
      timeline = timelineOf(state)
      sensor.clear()
      plan = null
      stop.forget()
      reports.forget()
      setRate(state.rate, state.rate)
    }
    const target = positionAt(state, serverMs, state.durationSeconds)
    const moves = isMovingAt(state, serverMs, state.durationSeconds)
    if (!state.playing) {
      const leftMs = state.atServerMs - serverMs
      if (moves && !player.paused && leftMs > SOONEST_STOP_MS)
        stop.at(state.positionSeconds, leftMs - deviceDelayMs(), state.rate)
      if (stop.isAhead()) follow(now, target, state)
      else standStill({ positionSeconds: state.positionSeconds, atServerMs: Infinity }, state.rate, now)
    } else if (!moves) {
      // Past its end a playing film rests, too: only a start that is still to come is waited for.
      const atServerMs = serverMs < state.atServerMs ? state.atServerMs : Infinity
      standStill({ positionSeconds: target, atServerMs }, state.rate, now)
    } else if (player.paused) {
      plan = catchUpPlan(plan, {
        serverMs,
        target,
        rate: state.rate,
        currentTime: player.currentTime,
        isLoaded: isLoaded(),
        isBuffered: (seconds) => bufferedFrom(player, seconds) > 1,
      })
      standStill(plan, state.rate, now)
    } else follow(now, target, state)

    const rests = player.paused && Math.abs(player.currentTime - state.positionSeconds) <= REST_SECONDS
    const isThere = state.playing || rests
    if (isLoaded() && isThere && readySeq !== state.seq) {
      if (rehearsal === 'due' && !state.playing && player.paused) return rehearseOnce()
      // Before the first start is decided: how far ahead it has to lie for this member.
      if (readySeq === 0) reports.status(driftMs)
      readySeq = state.seq
      room.ready(state.seq)
    }
    // Resting ahead of the room does not end it: only data does.
    const isMeant = !player.paused || reports.isTold()
    reports.stall(now, state.seq, state.playing && isMeant && player.readyState < HAVE_FUTURE_DATA)
  }

  function follow(now: number, target: number, state: PartyState): void {
    plan = null
    if (!isLoaded()) return sensor.clear()
    const hasFrames = now - lastFrameMs < FRAMES_STOPPED_MS
    // The element's own time is too coarse to judge a start by: its first frames are about to come.
    const isStarting = started !== null && now - started.atMs < FRAMES_STOPPED_MS
    const byElement = isStarting ? null : errorOf(state, player.currentTime, now)
    const errorMs = hasFrames ? sensor.errorMs(now) : byElement
    if (errorMs !== null) {
      driftMs = errorMs
      if (hasFrames && started && !started.isMeasured) {
        started.isMeasured = true
        latency.learn(errorMs - started.lateMs)
      }
    }
    const action = follower.step({ nowMs: now, errorMs, baseRate: state.rate })
    if (action.kind === 'rate') {
      if (player.preservesPitch !== action.preservesPitch) player.preservesPitch = action.preservesPitch
      setRate(action.rate, state.rate)
    } else if (action.kind === 'seek') {
      setRate(state.rate, state.rate)
      player.currentTime = target + ((action.aheadMs + deviceDelayMs()) / 1000) * state.rate
      sensor.clear()
      started = null
    } else if (action.kind === 'stand') {
      plan = standAhead({ serverMs: room.clock.serverMs(now), target, rate: state.rate }, action.aheadMs)
      standStill(plan, state.rate, now)
    }
  }

  watchFrames()
  const unsubscribe = room.view.subscribe(step)
  const steps = setInterval(step, STEP_MS)
  const statuses = setInterval(() => {
    report()
    reports.status(driftMs)
  }, STATUS_MS)
  // Timers sleep in background tabs: measure the clock anew before trusting anything.
  if (typeof document !== 'undefined')
    document.addEventListener(
      'visibilitychange',
      () => document.visibilityState === 'visible' && room.clock.start(),
      { signal: ending.signal },
    )

  return {
    async unblock() {
      try {
        await player.play()
        needsClick = false
        hasMoved = true
      } catch {
        return
      }
      // From here the next step finds the frame to start from, as for everybody else.
      player.pause()
      report()
      step()
    },
    [Symbol.dispose]() {
      ending.abort()
      unsubscribe()
      clearInterval(steps)
      clearTimeout(startTimer)
      stop.forget()
      clearInterval(statuses)
      player.cancelVideoFrameCallback(frameHandle)
    },
  }
}
