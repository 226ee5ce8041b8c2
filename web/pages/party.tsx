// The player together: a name for guests, the lobby, then the room.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { getParty, joinAsGuest } from '#shared/api/party.ts'
import { type Playback, getPlaybackQuestions, startPlayback } from '#shared/api/playback.ts'
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
import { PlayerView } from '../player/player-view.tsx'
import type { Intent, Player } from '../player/player.ts'

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
    // The room is a connection: made and ended with the page, not while rendering.
    // oxlint-disable-next-line react/set-state-in-effect
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
      <div className="grid grid-rows-[1fr_auto] bg-black text-white">
        {entered ? (
          <Picture key={state.titleId} room={room} titleId={state.titleId} fileId={state.fileId} />
        ) : (
          <section className="grid content-center justify-items-center gap-6 p-8 text-center">
            <h1 className="text-3xl font-semibold">{state.titleName}</h1>
            <Invite code={state.code} />
            <Button look="primary" onClick={() => setEntered(true)}>
              {state.playing ? 'Join the film' : 'I am ready'}
            </Button>
          </section>
        )}
        <output className="block min-h-6 text-center text-sm">
          {phase === 'lost' && 'The connection is being made again…'}
          {state.waiting && `Waiting for ${waitedFor.join(', ') || 'the others'}…`}
        </output>
      </div>
      <RoomPanel room={room} onSeek={(seconds) => void room.seek(seconds)} />
    </main>
  )
}

function Picture({ room, titleId, fileId }: { room: PartyRoom; titleId: string; fileId: string | null }) {
  const [follow, setFollow] = useState<FollowState>({ driftMs: null, needsClick: false })
  const [opened, setOpened] = useState<{ playback: Playback; startSeconds: number } | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  const following = useRef<{ player: Player; parts: Disposable } | null>(null)
  const { state, reactions } = useObservable(room.view)

  useEffect(() => {
    const ending = new AbortController()
    const open = async (): Promise<void> => {
      const questions = await call(getPlaybackQuestions, { params: { id: titleId } }, ending.signal)
      const body = { titleId, ...(fileId !== null && { fileId }), capabilities: readCapabilities(questions) }
      const playback = await call(startPlayback, { body }, ending.signal)
      if (!ending.signal.aborted) setOpened({ playback, startSeconds: room.positionSeconds() ?? 0 })
    }
    open().catch((error: unknown) => {
      if (!ending.signal.aborted) setFailure(error instanceof Error ? error.message : String(error))
    })
    return () => {
      ending.abort()
      following.current?.parts[Symbol.dispose]()
    }
  }, [room, titleId, fileId])

  const onIntent = (intent: Intent): void => {
    if (intent.kind === 'play') void room.play()
    else if (intent.kind === 'pause') void room.pause()
    else if (intent.kind === 'seek') void room.seek(intent.positionSeconds)
    else void room.rate(intent.rate)
  }
  const onPlayer = (player: Player): void => {
    following.current?.parts[Symbol.dispose]()
    following.current = { player, parts: followRoom({ player: player.media, room, onState: setFollow }) }
  }

  if (failure)
    return (
      <p role="alert" className="p-6 text-center">
        {failure}
      </p>
    )
  if (!opened) return <p className="p-6 text-center">Opening the film…</p>
  return (
    <div className="relative h-full min-h-56">
      <PlayerView
        playback={opened.playback}
        startSeconds={opened.startSeconds}
        savesProgress={false}
        onIntent={onIntent}
        onPlayer={onPlayer}
        onNext={() => opened.playback.nextTitleId && void room.load(opened.playback.nextTitleId)}
        header={
          <span className="text-sm tabular-nums">
            {follow.driftMs !== null && state?.playing ? `${Math.round(follow.driftMs)} ms` : ''}
          </span>
        }
      />
      <div aria-hidden className="pointer-events-none absolute bottom-24 left-6 flex gap-2 text-4xl">
        {reactions.map((r) => (
          <span key={r.key}>{r.reaction}</span>
        ))}
      </div>
      {follow.needsClick && (
        <Button
          look="primary"
          className="absolute inset-0 m-auto h-fit w-fit"
          onClick={() => void following.current?.player.media.play()}
        >
          Click to hear and see the film
        </Button>
      )}
    </div>
  )
}
