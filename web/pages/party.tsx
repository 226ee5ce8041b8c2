// The player together: a name for guests, the lobby, then the room.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { PanelRightClose, PanelRightOpen } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { getParty, joinAsGuest } from '#shared/api/party.ts'
import type { MemberView, PartyState } from '#shared/party/protocol.ts'
import { call } from '../api/call.ts'
import { failureText } from '../api/failure-text.ts'
import { sessionQuery } from '../api/queries.ts'
import { connectPartySocket } from '../api/socket.ts'
import { Button } from '../components/button.tsx'
import { Field } from '../components/field.tsx'
import { GateCard } from '../components/gate-card.tsx'
import { problemSaying, problemText } from '../lib/reason-text.ts'
import { useObservable } from '../lib/use-observable.ts'
import { Announcements } from '../party/announcements.tsx'
import { Lobby } from '../party/lobby.tsx'
import { Picture } from '../party/picture.tsx'
import { RoomPanel } from '../party/room-panel.tsx'
import { type PartyRoom, createRoom } from '../party/room.ts'
import { waitedFor } from '../party/waited-for.ts'

const COUNT_DOWN_MS = 500

export function PartyPage() {
  const { t } = useTranslation()
  const { code } = useParams({ from: '/w/$code' })
  const session = useQuery(sessionQuery)
  const party = useQuery({
    queryKey: ['party', code],
    queryFn: () => call(getParty, { params: { code } }),
    retry: false,
    // The room itself knows better from here on.
    refetchOnWindowFocus: false,
    staleTime: Infinity,
  })
  if (party.error)
    return (
      <GateCard title={t('party.cannotOpen')} text={failureText(t, party.error)}>
        <WayHome />
      </GateCard>
    )
  if (!party.data || !session.data) return <p className="p-6">{t('party.opening')}</p>
  const { viewer } = session.data
  if (!viewer || (viewer.kind === 'guest' && viewer.partyId !== party.data.id))
    return <GuestForm code={code} title={party.data.titleName} host={party.data.hostName} />
  return <Room key={viewer.id} code={code} />
}

/** Guests have nowhere else to go here. */
function WayHome() {
  const { t } = useTranslation()
  const session = useQuery(sessionQuery)
  return (
    session.data?.viewer?.kind === 'person' && (
      <Link to="/" className="font-medium text-accent-text underline-offset-4 hover:underline">
        {t('party.toHome')}
      </Link>
    )
  )
}

function GuestForm({ code, title, host }: { code: string; title: string; host: string }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [failure, setFailure] = useState<string | null>(null)
  return (
    <GateCard title={title} text={t('party.invites', { host })}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          call(joinAsGuest, { params: { code }, body: { name } }).then(
            () => queries.invalidateQueries({ queryKey: sessionQuery.queryKey }),
            (error: Error) => setFailure(failureText(t, error)),
          )
        }}
      >
        <Field
          label={t('party.yourName')}
          required
          autoFocus
          autoComplete="nickname"
          maxLength={40}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        {failure && <p role="alert">{failure}</p>}
        <Button type="submit" look="primary">
          {t('party.join')}
        </Button>
      </form>
    </GateCard>
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

/** `h` hides the panel and brings it back, in full screen too; typing is left alone. */
function usePanel(): [boolean, (isShown: boolean) => void] {
  const [isShown, setShown] = useState(true)
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isTyping = event.target instanceof HTMLElement && event.target.closest('input, textarea, select')
      if (event.key === 'h' && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey)
        setShown((before) => !before)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  return [isShown, setShown]
}

function JoinedRoom({ room }: { room: PartyRoom }) {
  const { t } = useTranslation()
  const { phase, state, problem, members, you } = useObservable(room.view)
  const [entered, setEntered] = useState(false)
  const [isPanelShown, showPanel] = usePanel()
  if (phase === 'over' && problem?.type === '/problems/party-full')
    return (
      <GateCard title={problemText(t, problem)} text={t('party.full')}>
        <Button look="primary" onClick={() => location.reload()}>
          {t('common.retry')}
        </Button>
        <WayHome />
      </GateCard>
    )
  if (phase === 'over')
    return (
      <GateCard title={t('party.over')} text={problem ? problemSaying(t, problem) : t('party.ended')}>
        <WayHome />
      </GateCard>
    )
  if (!state) return <p className="p-6">{t('party.joining')}</p>
  const me = members.find((m) => m.id === you)
  const mayControl = state.control === 'everyone' || me?.role === 'host' || me?.role === 'moderator'
  const hasPanel = isPanelShown || !entered
  const columns = hasPanel ? 'lg:grid-cols-[1fr_23rem]' : ''
  const rows = hasPanel ? 'grid-rows-[auto_1fr]' : 'grid-rows-1'
  return (
    <main
      data-stage
      className={`grid bg-ground lg:h-dvh lg:grid-rows-1 ${entered ? 'h-dvh' : 'min-h-dvh'} ${rows} ${columns}`}
    >
      <div
        className={`relative min-h-0 bg-black text-white ${hasPanel && entered ? 'max-lg:aspect-video' : ''}`}
      >
        {entered ? (
          <Picture
            key={state.titleId}
            room={room}
            titleId={state.titleId}
            fileId={state.fileId}
            mayControl={mayControl}
          />
        ) : (
          <Lobby state={state} onEnter={() => setEntered(true)} />
        )}
        <Announcements room={room} />
        <Status isLost={phase === 'lost'} room={room} state={state} members={members} />
        {entered && (
          <button
            type="button"
            aria-label={isPanelShown ? t('party.hidePanel') : t('party.showPanel')}
            title={isPanelShown ? t('party.hidePanel') : t('party.showPanel')}
            className="absolute top-3 right-3 z-30 grid size-11 place-items-center rounded-full bg-black/40 hover:bg-black/70"
            onClick={() => showPanel(!isPanelShown)}
          >
            {isPanelShown ? (
              <PanelRightClose size={20} aria-hidden />
            ) : (
              <PanelRightOpen size={20} aria-hidden />
            )}
          </button>
        )}
      </div>
      <RoomPanel room={room} isHidden={!hasPanel} />
    </main>
  )
}

type StatusProps = { isLost: boolean; room: PartyRoom; state: PartyState; members: readonly MemberView[] }

/** Who is waited for and how much longer at most; that the connection is being made again. */
function Status({ isLost, room, state, members }: StatusProps) {
  const { t } = useTranslation()
  const [, tick] = useState(0)
  const { waiting } = state
  useEffect(() => {
    if (!waiting) return
    const timer = setInterval(() => tick((n) => n + 1), COUNT_DOWN_MS)
    return () => clearInterval(timer)
  }, [waiting])
  if (!isLost && !waiting) return null
  const { shown, more } = waitedFor(waiting, members)
  const leftMs = waiting && room.clock.isKnown() ? waiting.untilMs - room.clock.serverMs() : 0
  return (
    <output className="absolute bottom-28 left-1/2 z-20 w-max max-w-[75%] -translate-x-1/2 rounded-2xl bg-black/75 px-4 py-2 text-center text-sm max-lg:top-3 max-lg:bottom-auto">
      {isLost
        ? t('party.lost')
        : t('party.waitingFor', {
            names: more > 0 ? t('party.andMore', { names: shown, count: more }) : shown || t('party.others'),
            seconds: Math.max(0, Math.ceil(leftMs / 1000)),
          })}
    </output>
  )
}
