// What is said: history, who is typing, and a line to write; times that take the host there.
import { useEffect, useRef, useState } from 'react'
import { Send } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { MAX_CHAT_LENGTH, REACTIONS } from '#shared/party/protocol.ts'
import { Button } from '../components/button.tsx'
import { useObservable } from '../lib/use-observable.ts'
import { clock } from '../lib/clock-text.ts'
import type { PartyRoom } from './room.ts'

/** A typing hint holds for three seconds at the others'. */
const TYPING_AGAIN_MS = 2000

export function Chat({ room, maySeek }: { room: PartyRoom; maySeek: boolean }) {
  const { t } = useTranslation()
  const { chat, members, typing } = useObservable(room.view)
  const [text, setText] = useState('')
  const list = useRef<HTMLOListElement>(null)
  const typedAtMs = useRef(0)
  useEffect(() => {
    // The list alone: `scrollIntoView` would move a phone's whole page, away from the button that leads in.
    if (list.current) list.current.scrollTop = list.current.scrollHeight
  }, [chat.length])
  const writers = members.filter((m) => typing.includes(m.id)).map((m) => m.name)
  return (
    <>
      <ol
        ref={list}
        role="log"
        aria-label={t('party.chat')}
        className="min-h-32 flex-1 overflow-y-auto border-t border-line pt-3 text-sm"
      >
        {chat.length === 0 && <li className="text-soft">{t('party.noChat')}</li>}
        {chat.map((message) => (
          <li key={message.id} className="py-1 break-words">
            <strong className="font-semibold">{message.name}</strong>{' '}
            {maySeek ? (
              <button
                type="button"
                className="text-soft tabular-nums underline decoration-line underline-offset-2 hover:text-ink"
                aria-label={t('party.goTo', { time: clock(message.positionSeconds) })}
                onClick={() => void room.seek(message.positionSeconds)}
              >
                {clock(message.positionSeconds)}
              </button>
            ) : (
              <span className="text-soft tabular-nums">{clock(message.positionSeconds)}</span>
            )}{' '}
            {message.text}
          </li>
        ))}
      </ol>
      <p className="min-h-5 text-sm text-soft">
        {writers.length > 0 && t('party.typing', { names: writers.join(', '), count: writers.length })}
      </p>
      <fieldset className="grid grid-cols-8" aria-label={t('party.reactions')}>
        {REACTIONS.map((reaction) => (
          <button
            key={reaction}
            type="button"
            className="grid min-h-11 place-items-center rounded-lg text-xl hover:bg-raised active:scale-90"
            aria-label={t('party.react', { reaction })}
            onClick={() => void room.react(reaction)}
          >
            {reaction}
          </button>
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
          aria-label={t('party.message')}
          placeholder={t('party.message')}
          className="min-h-11 min-w-0 flex-1 rounded-lg border border-line bg-ground px-3 text-ink placeholder:text-soft"
          maxLength={MAX_CHAT_LENGTH}
          value={text}
          onChange={(event) => {
            if (event.timeStamp - typedAtMs.current > TYPING_AGAIN_MS) {
              typedAtMs.current = event.timeStamp
              room.typing()
            }
            setText(event.target.value)
          }}
        />
        <Button type="submit" aria-label={t('party.send')} className="!px-3">
          <Send size={18} aria-hidden />
        </Button>
      </form>
    </>
  )
}
