// Who is here, how well in step and with how much loaded; what the host may do with each.
import { useState } from 'react'
import { Crown, Ellipsis, Shield } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { MemberView, PartyState } from '#shared/party/protocol.ts'
import { Button } from '../components/button.tsx'
import type { PartyRoom } from './room.ts'
import { roomStanding, standingOf } from './standing.ts'

/** A buffer of this length fills its bar. */
const FULL_SECONDS = 30
/** With less than this a hitch of the network is seen. */
const LOW_SECONDS = 5

const TONES = {
  inStep: 'text-good',
  ready: 'text-good',
  behind: 'text-danger',
  ahead: 'text-danger',
} as Record<string, string>

export function RoomStanding({ members, state }: { members: readonly MemberView[]; state: PartyState }) {
  const { t } = useTranslation()
  const standing = roomStanding(members, state)
  const isGood = standing.kind === 'inStep'
  const text =
    standing.kind === 'inStep'
      ? t('party.allInStep', { ms: standing.withinMs })
      : standing.kind === 'notInStep'
        ? t('party.notInStep', { count: standing.count })
        : t(`party.${standing.kind}`)
  const host = members.find((m) => m.id === state.hostId)
  return (
    <header className="grid gap-1 text-sm">
      <p className={`flex items-center gap-2 tabular-nums ${isGood ? 'text-good' : 'text-soft'}`}>
        <span aria-hidden className={`size-2 rounded-full ${isGood ? 'bg-good' : 'bg-line'}`} />
        {text}
        <span className="ms-auto text-soft">
          {t('party.here', { count: members.filter((m) => m.connected).length })}
        </span>
      </p>
      {host && !host.connected && <p>{t('party.hostAway', { name: host.name })}</p>}
    </header>
  )
}

function Row({ member, room, state, you }: RowProps) {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  const me = room.view.get().members.find((m) => m.id === you)
  const mayManage =
    (me?.role === 'host' || me?.role === 'moderator') && member.id !== you && member.role !== 'host'
  const standing = standingOf(member, state)
  const loaded = member.bufferedSeconds ?? 0
  const { name, id } = member
  return (
    <li className="grid grid-cols-[minmax(0,1fr)] gap-1">
      <div className="flex min-h-9 items-center gap-2 text-sm">
        <span className={`min-w-0 truncate ${member.connected ? '' : 'text-soft'}`}>{name}</span>
        {id === you && <span className="text-soft">({t('party.you')})</span>}
        {member.role === 'host' && (
          <Crown size={14} className="shrink-0 text-accent-text" aria-label={t('party.host')} />
        )}
        {member.role === 'moderator' && (
          <Shield size={14} className="shrink-0 text-accent-text" aria-label={t('party.moderator')} />
        )}
        <span className={`ms-auto shrink-0 tabular-nums ${TONES[standing.kind] ?? 'text-soft'}`}>
          {'driftMs' in standing
            ? t(`party.${standing.kind}`, { ms: Math.abs(standing.driftMs) })
            : t(`party.${standing.kind}`)}
        </span>
        {mayManage && (
          <button
            type="button"
            aria-expanded={isOpen}
            aria-label={t('party.manage', { name })}
            className="grid size-9 shrink-0 place-items-center rounded-lg text-soft hover:bg-raised hover:text-ink"
            onClick={() => setOpen(!isOpen)}
          >
            <Ellipsis size={16} aria-hidden />
          </button>
        )}
      </div>
      {member.connected && member.bufferedSeconds !== null && (
        <div
          title={t('party.buffer', { seconds: Math.round(loaded) })}
          className="h-[3px] overflow-hidden rounded-full bg-raised"
        >
          <div
            className={`h-full rounded-full ${loaded < LOW_SECONDS ? 'bg-danger' : 'bg-soft/50'}`}
            style={{ width: `${Math.min(100, (loaded / FULL_SECONDS) * 100)}%` }}
          />
        </div>
      )}
      {isOpen && (
        <div className="flex flex-wrap gap-2 py-1">
          {me?.role === 'host' && (
            <>
              <Button onClick={() => void room.role(id, 'host')}>{t('party.makeHost', { name })}</Button>
              <Button
                onClick={() => void room.role(id, member.role === 'moderator' ? 'member' : 'moderator')}
              >
                {t(member.role === 'moderator' ? 'party.makeMember' : 'party.makeModerator', { name })}
              </Button>
            </>
          )}
          <Button look="danger" onClick={() => void room.kick(id)}>
            {t('party.remove', { name })}
          </Button>
        </div>
      )}
    </li>
  )
}
type RowProps = { member: MemberView; room: PartyRoom; state: PartyState; you: string | null }

export function MemberList({
  members,
  ...rest
}: Omit<RowProps, 'member'> & { members: readonly MemberView[] }) {
  const { t } = useTranslation()
  const sorted = members.toSorted(
    (a, b) => Number(b.connected) - Number(a.connected) || a.joinedAtMs - b.joinedAtMs,
  )
  return (
    <ul
      aria-label={t('party.members')}
      className="grid max-h-64 shrink-0 grid-cols-[minmax(0,1fr)] gap-1 overflow-y-auto pe-1 lg:max-h-[40dvh]"
    >
      {sorted.map((member) => (
        <Row key={member.id} member={member} {...rest} />
      ))}
    </ul>
  )
}
