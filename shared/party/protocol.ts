// The watch party protocol: socket events, their schemas and its version. Rules are numbered in SPEC.md.
import * as Type from 'typebox'
import type { ProblemBody } from '../problems.ts'

/** A member that speaks another version is refused with words that say so. */
export const PROTOCOL_VERSION = 1

export const MAX_CHAT_LENGTH = 500
export const REACTIONS = ['👍', '❤️', '😂', '😮', '😢', '👏', '🎉', '🔥'] as const

const Id = Type.String({ minLength: 1, maxLength: 64 })
const Seconds = Type.Number({ minimum: 0, maximum: 1e7 })
const Seq = Type.Integer({ minimum: 0 })

export const PartyRole = Type.Union([Type.Literal('host'), Type.Literal('moderator'), Type.Literal('member')])
export type PartyRole = Type.Static<typeof PartyRole>

export const Control = Type.Union([Type.Literal('host'), Type.Literal('everyone')])
export const WaitPolicy = Type.Union([Type.Literal('all'), Type.Literal('bounded'), Type.Literal('never')])
export type WaitPolicy = Type.Static<typeof WaitPolicy>

/** Every command says which it is and on what state its sender saw it. */
const command = { commandId: Id, baseSeq: Seq }
const exact = { additionalProperties: false }

export const COMMANDS = {
  play: Type.Object({ ...command }, exact),
  pause: Type.Object({ ...command }, exact),
  seek: Type.Object({ ...command, positionSeconds: Seconds }, exact),
  rate: Type.Object({ ...command, rate: Type.Number({ minimum: 0.5, maximum: 2 }) }, exact),
  load: Type.Object({ ...command, titleId: Id, fileId: Type.Optional(Id) }, exact),
} as const
export type CommandType = keyof typeof COMMANDS
export type Command = { [K in CommandType]: { type: K } & Type.Static<(typeof COMMANDS)[K]> }[CommandType]

/** What a member sends, by event name. Each is acknowledged with `Ack`. */
export const CLIENT_EVENTS = {
  ...COMMANDS,
  join: Type.Object(
    {
      version: Type.Integer(),
      code: Type.Optional(Type.String({ maxLength: 32 })),
      partyId: Type.Optional(Id),
    },
    exact,
  ),
  leave: Type.Object({}, exact),
  /** The member can show the frame of state `seq` at once. */
  ready: Type.Object({ seq: Seq }, exact),
  buffering: Type.Object({ seq: Seq, buffering: Type.Boolean() }, exact),
  /** What everybody sees of a member: once every few seconds. */
  status: Type.Object(
    {
      driftMs: Type.Union([Type.Number({ minimum: -1e9, maximum: 1e9 }), Type.Null()]),
      bufferedSeconds: Type.Number({ minimum: 0, maximum: 1e7 }),
      roundTripMs: Type.Number({ minimum: 0, maximum: 1e6 }),
      uncertaintyMs: Type.Number({ minimum: 0, maximum: 1e6 }),
    },
    exact,
  ),
  chat: Type.Object(
    { messageId: Id, text: Type.String({ minLength: 1, maxLength: MAX_CHAT_LENGTH, pattern: '\\S' }) },
    exact,
  ),
  typing: Type.Object({}, exact),
  reaction: Type.Object({ reaction: Type.Enum([...REACTIONS]) }, exact),
  role: Type.Object({ memberId: Id, role: PartyRole }, exact),
  kick: Type.Object({ memberId: Id }, exact),
  settings: Type.Object(
    {
      control: Type.Optional(Control),
      wait: Type.Optional(WaitPolicy),
      waitSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 60 })),
      locked: Type.Optional(Type.Boolean()),
      rotateCode: Type.Optional(Type.Literal(true)),
    },
    exact,
  ),
  /** `t0` is the member's own clock; answered before anything else. */
  clock: Type.Object({ t0: Type.Number() }, exact),
} as const
export type ClientEvent = keyof typeof CLIENT_EVENTS
export type ClientPayload<E extends ClientEvent> = Type.Static<(typeof CLIENT_EVENTS)[E]>

export type MemberView = {
  id: string
  name: string
  isGuest: boolean
  role: PartyRole
  connected: boolean
  ready: boolean
  buffering: boolean
  driftMs: number | null
  bufferedSeconds: number | null
  roundTripMs: number | null
  uncertaintyMs: number | null
  joinedAtMs: number
}

/** A member as far as the process that says so knows: what is left out stays as it was. */
export type MemberChange = Omit<MemberView, keyof Measurements> & Partial<Measurements>
type Measurements = Pick<MemberView, 'driftMs' | 'bufferedSeconds' | 'roundTripMs' | 'uncertaintyMs'>

/** Who holds the group up (a dozen by name), how many, since when, and until when at most. */
export type Waiting = { memberIds: string[]; count: number; sinceMs: number; untilMs: number }

export type PartyState = {
  partyId: string
  code: string
  seq: number
  titleId: string
  titleName: string
  fileId: string | null
  durationSeconds: number | null
  positionSeconds: number
  atServerMs: number
  rate: number
  playing: boolean
  /** Playback was asked for and starts when these are ready or the time is up. */
  waiting: Waiting | null
  hostId: string
  control: 'host' | 'everyone'
  wait: WaitPolicy
  waitSeconds: number
  locked: boolean
  ended: boolean
}

export type ChatMessage = {
  id: string
  memberId: string
  name: string
  text: string
  /** Where the film was, so that the host can go there. */
  positionSeconds: number
  sentAtMs: number
}

export type Cause = {
  memberId: string | null
  type: CommandType | 'wait' | 'resume' | 'settings' | 'host' | 'end'
}

/** What the server sends, by event name. */
export type ServerEvents = {
  state_sync: { state: PartyState; cause: Cause }
  presence: { changed: MemberChange[]; gone: string[] }
  chat: ChatMessage
  typing: { memberId: string }
  reaction: { memberId: string; reaction: string; positionSeconds: number }
  kicked: { detail: string }
}
export type ServerEvent = keyof ServerEvents

export type JoinReply = {
  you: string
  state: PartyState
  members: MemberView[]
  chat: ChatMessage[]
  serverMs: number
}
export type ClockReply = { t0: number; t1: number; t2: number; epoch: string }
export type CommandReply = { state: PartyState; repeated: boolean }

type Replies = {
  join: JoinReply
  clock: ClockReply
} & { [K in CommandType]: CommandReply }
export type ReplyOf<E extends ClientEvent> = E extends keyof Replies ? Replies[E] : object

/** The same problem body as over HTTP; a refused command also brings the state that holds. */
export type Ack<T> = ({ ok: true } & T) | { ok: false; problem: ProblemBody; state?: PartyState }
