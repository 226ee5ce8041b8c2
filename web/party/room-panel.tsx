// Beside the picture: who is here and how well in step, chat, reactions, and what the host may do.
import { useEffect, useRef, useState } from 'react'
import { REACTIONS } from '#shared/party/protocol.ts'
import type { MemberView, PartyState } from '#shared/party/protocol.ts'
import { Button } from '../components/button.tsx'
import { useObservable } from '../lib/use-observable.ts'
import type { PartyRoom } from './room.ts'

const IN_STEP_MS = 40

function standing(member: MemberView, state: PartyState): string {
  if (!member.connected) return 'away'
  if (member.buffering) return 'loading'
  if (!state.playing) return member.ready ? 'ready' : 'not ready'
  if (member.driftMs === null) return 'watching'
  const drift = Math.round(member.driftMs)
  return Math.abs(drift) <= IN_STEP_MS
    ? `in step · ${drift} ms`
    : `${drift > 0 ? 'behind' : 'ahead'} ${Math.abs(drift)} ms`
}

export function RoomPanel({ room, onSeek }: { room: PartyRoom; onSeek: (seconds: number) => void }) {
  const { members, state, chat, typing, you, problem } = useObservable(room.view)
  const [text, setText] = useState('')
  const end = useRef<HTMLLIElement>(null)
  useEffect(() => end.current?.scrollIntoView({ block: 'nearest' }), [chat.length])
  if (!state) return null
  const me = members.find((m) => m.id === you)
  const mayManage = me?.role === 'host' || me?.role === 'moderator'
  return (
    <aside aria-label="Party" className="flex min-h-0 flex-col gap-4 bg-panel p-4 text-ink">
      <ul aria-label="Members" className="grid gap-2">
        {members.map((member) => (
          <li key={member.id} className="flex items-center justify-between gap-2 text-sm">
            <span>
              {member.name} {member.role === 'host' && <span className="text-accent">host</span>}
            </span>
            <span className="flex items-center gap-2 text-soft">
              {standing(member, state)}
              {mayManage && member.role === 'member' && member.id !== you && (
                <Button
                  look="ghost"
                  onClick={() => void room.kick(member.id)}
                  aria-label={`Remove ${member.name}`}
                >
                  ×
                </Button>
              )}
            </span>
          </li>
        ))}
      </ul>
      {mayManage && (
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => void room.settings({ locked: !state.locked })}>
            {state.locked ? 'Unlock door' : 'Lock door'}
          </Button>
          <Button
            onClick={() => void room.settings({ control: state.control === 'host' ? 'everyone' : 'host' })}
          >
            {state.control === 'host' ? 'Let everyone control' : 'Only the host controls'}
          </Button>
        </div>
      )}
      <ol aria-label="Chat" aria-live="polite" className="min-h-24 flex-1 overflow-y-auto">
        {chat.map((message) => (
          <li key={message.id} className="py-1 text-sm">
            <strong>{message.name}</strong>{' '}
            {mayManage && (
              <button
                type="button"
                className="text-soft underline"
                onClick={() => onSeek(message.positionSeconds)}
              >
                {new Date(message.positionSeconds * 1000).toISOString().slice(11, 19)}
              </button>
            )}{' '}
            {message.text}
          </li>
        ))}
        <li ref={end} aria-hidden />
      </ol>
      {typing.length > 0 && <p className="text-sm text-soft">Somebody is typing…</p>}
      <fieldset className="flex flex-wrap gap-1" aria-label="Reactions">
        {REACTIONS.map((reaction) => (
          <Button
            key={reaction}
            look="ghost"
            aria-label={`React ${reaction}`}
            onClick={() => void room.react(reaction)}
          >
            {reaction}
          </Button>
        ))}
      </fieldset>
      <form
        className="flex gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          if (text.trim()) void room.chat(text).then((sent) => sent && setText(''))
        }}
      >
        <input
          aria-label="Message"
          className="min-h-11 min-w-0 flex-1 rounded-lg border border-line bg-panel px-3"
          maxLength={500}
          value={text}
          onChange={(event) => {
            if (text === '') room.typing()
            setText(event.target.value)
          }}
        />
        <Button type="submit">Send</Button>
      </form>
      {problem && (
        <p role="alert" className="text-sm text-danger">
          {problem.detail ?? problem.title}
        </p>
      )}
    </aside>
  )
}
