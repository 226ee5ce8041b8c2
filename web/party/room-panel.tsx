// Beside the picture on a desktop, below it on a phone: who is here and how well in step, chat, settings.
import { useTranslation } from 'react-i18next'
import { problemSaying } from '../lib/reason-text.ts'
import { useObservable } from '../lib/use-observable.ts'
import { Chat } from './chat.tsx'
import { MemberList, RoomStanding } from './member-list.tsx'
import { PartySettings } from './party-settings.tsx'
import type { PartyRoom } from './room.ts'

/** Hidden it keeps what was being written and what was open. */
export function RoomPanel({ room, isHidden }: { room: PartyRoom; isHidden: boolean }) {
  const { t } = useTranslation()
  const { members, state, you, problem } = useObservable(room.view)
  if (!state) return null
  const me = members.find((m) => m.id === you)
  const mayManage = me?.role === 'host' || me?.role === 'moderator'
  return (
    <aside
      aria-label={t('party.panel')}
      hidden={isHidden}
      className="flex min-h-0 flex-col gap-3 overflow-y-auto bg-panel p-4 text-ink lg:border-s lg:border-line"
    >
      <RoomStanding members={members} state={state} />
      <MemberList members={members} room={room} state={state} you={you} />
      <Chat room={room} maySeek={mayManage || state.control === 'everyone'} />
      {problem && (
        <p role="alert" className="text-sm text-danger">
          {problemSaying(t, problem)}
        </p>
      )}
      <PartySettings
        room={room}
        state={state}
        mayManage={mayManage}
        isHost={me?.role === 'host'}
        isGuest={me?.isGuest ?? true}
      />
    </aside>
  )
}
