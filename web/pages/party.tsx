// The player together: a name for guests, the lobby, then the room.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { getParty, joinAsGuest } from '#shared/api/party.ts'
import { getPlaybackQuestions, startPlayback } from '#shared/api/playback.ts'
import { call } from '../api/call.ts'
import { sessionQuery } from '../api/queries.ts'
import { connectPartySocket } from '../api/socket.ts'
import { Button } from '../components/button.tsx'
import { Field } from '../components/field.tsx'
import { useObservable } from '../lib/use-observable.ts'
import { type FollowState, followRoom } from '../party/follow-player.ts'
import { Invite } from '../party/invite.tsx'
import { RoomPanel } from '../party/room-panel.tsx'
import { type PartyRoom, createRoom } from '../party/room.ts'
import { readCapabilities } from '../player/capabilities.ts'
import { createPlayer } from '../player/player.ts'

export function PartyPage() {
  const { code } = useParams({ from: '/w/$code' })
  const session = useQuery(sessionQuery)
  const party = useQuery({
    queryKey: ['party', code],
    queryFn: () => call(getParty, { params: { code } }),
    retry: false,
  })
  if (party.error)
    return (
      <main className="grid min-h-dvh place-content-center p-6 text-center">
        <h1 className="text-2xl font-semibold">This party cannot be opened</h1>
        <p role="alert">{party.error.message}</p>
      </main>
    )
  if (!party.data || !session.data) return <p className="p-6">Opening the party…</p>
  const { viewer } = session.data
  if (!viewer || (viewer.kind === 'guest' && viewer.partyId !== party.data.id))
    return <GuestForm code={code} title={party.data.titleName} host={party.data.hostName} />
  return <Room key={viewer.id} code={code} />
}

function GuestForm({ code, title, host }: { code: string; title: string; host: string }) {
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [failure, setFailure] = useState<string | null>(null)
  return (
    <main className="mx-auto grid min-h-dvh max-w-md content-center gap-6 p-6">
      <h1 className="text-2xl font-semibold">{title}</h1>
      <p>{host} invites you to watch together.</p>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          call(joinAsGuest, { params: { code }, body: { name } }).then(
            () => queries.invalidateQueries({ queryKey: sessionQuery.queryKey }),
            (error: Error) => setFailure(error.message),
          )
        }}
      >
        <Field
          label="Your name"
          required
          maxLength={40}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        {failure && <p role="alert">{failure}</p>}
        <Button type="submit" look="primary">
          Join
        </Button>
      </form>
    </main>
  )
}

function Room({ code }: { code: string }) {
  const [room, setRoom] = useState<PartyRoom | null>(null)
  useEffect(() => {
    const made = createRoom({
      socket: connectPartySocket(),
      code,
      nowMs: () => performance.now(),
      // Plain HTTP in a home network has no `randomUUID`.
      newId: () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(36)).join(''),
    })
    setRoom(made)
    return () => made[Symbol.dispose]()
  }, [code])
  return room && <JoinedRoom room={room} />
}

function JoinedRoom({ room }: { room: PartyRoom }) {
  const { phase, state, problem, members } = useObservable(room.view)
  const [entered, setEntered] = useState(false)
  if (phase === 'over')
    return (
      <main className="grid min-h-dvh place-content-center p-6 text-center">
        <h1 className="text-2xl font-semibold">This party is over for you</h1>
        <p role="alert">{problem?.detail ?? problem?.title ?? 'The host has ended it.'}</p>
      </main>
    )
  if (!state) return <p className="p-6">Joining…</p>
  const waitedFor = members.filter((m) => state.waiting?.memberIds.includes(m.id)).map((m) => m.name)
  return (
    <main className="grid min-h-dvh grid-rows-[auto_1fr] lg:grid-cols-[1fr_22rem] lg:grid-rows-1">
      <div className="grid content-center bg-black text-white">
        {entered ? (
          <Picture key={state.titleId} room={room} titleId={state.titleId} fileId={state.fileId} />
        ) : (
          <section className="grid justify-items-center gap-6 p-8 text-center">
            <h1 className="text-3xl font-semibold">{state.titleName}</h1>
            <Invite code={state.code} />
            <Button look="primary" onClick={() => setEntered(true)}>
              {state.playing ? 'Join the film' : 'I am ready'}
            </Button>
          </section>
        )}
        <p role="status" className="min-h-6 text-center text-sm">
          {phase === 'lost' && 'The connection is being made again…'}
          {state.waiting && `Waiting for ${waitedFor.join(', ') || 'the others'}…`}
        </p>
      </div>
      <RoomPanel room={room} onSeek={(seconds) => void room.seek(seconds)} />
    </main>
  )
}

function Picture({ room, titleId, fileId }: { room: PartyRoom; titleId: string; fileId: string | null }) {
  const video = useRef<HTMLVideoElement>(null)
  const [follow, setFollow] = useState<FollowState>({ driftMs: null, needsClick: false })
  const [failure, setFailure] = useState<string | null>(null)
  const { state, reactions } = useObservable(room.view)
  const [position, setPosition] = useState(0)

  useEffect(() => {
    const timer = setInterval(() => setPosition(room.positionSeconds() ?? 0), 250)
    return () => clearInterval(timer)
  }, [room])

  useEffect(() => {
    const parts = new DisposableStack()
    const ending = new AbortController()
    parts.defer(() => ending.abort())
    const open = async (): Promise<void> => {
      const media = video.current
      if (!media) return
      const questions = await call(getPlaybackQuestions, { params: { id: titleId } }, ending.signal)
      const body = { titleId, ...(fileId !== null && { fileId }), capabilities: readCapabilities(questions) }
      const playback = await call(startPlayback, { body }, ending.signal)
      if (ending.signal.aborted) return
      parts.use(
        createPlayer({
          media,
          playback,
          startSeconds: room.positionSeconds() ?? 0,
          autoplay: false,
          onIntent: (intent) => {
            if (intent.kind === 'play') void room.play()
            else if (intent.kind === 'pause') void room.pause()
            else if (intent.kind === 'seek') void room.seek(intent.positionSeconds)
            else void room.rate(intent.rate)
          },
        }),
      )
      parts.use(followRoom({ player: media, room, onState: setFollow }))
    }
    open().catch((error: unknown) => {
      if (!ending.signal.aborted) setFailure(error instanceof Error ? error.message : String(error))
    })
    return () => parts.dispose()
  }, [room, titleId, fileId])

  if (!state) return null
  const isPlaying = state.playing || state.waiting !== null
  return (
    <div className="relative grid">
      <video ref={video} playsInline className="max-h-[85dvh] w-full bg-black" />
      <div aria-hidden className="pointer-events-none absolute bottom-24 left-6 flex gap-2 text-4xl">
        {reactions.map((r) => (
          <span key={r.key}>{r.reaction}</span>
        ))}
      </div>
      {failure && (
        <p role="alert" className="p-4">
          {failure}
        </p>
      )}
      {follow.needsClick && (
        <Button look="primary" onClick={() => void video.current?.play()}>
          Click to hear and see the film
        </Button>
      )}
      <div className="flex items-center gap-3 p-3">
        <Button onClick={() => void (isPlaying ? room.pause() : room.play())}>
          {isPlaying ? 'Pause' : 'Play'}
        </Button>
        <input
          type="range"
          aria-label="Position"
          className="flex-1"
          min={0}
          max={state.durationSeconds ?? 0}
          value={position}
          onChange={(event) => void room.seek(Number(event.target.value))}
        />
        <span className="text-sm tabular-nums">
          {follow.driftMs !== null && state.playing ? `${Math.round(follow.driftMs)} ms` : ''}
        </span>
      </div>
    </div>
  )
}
