// Sign in and out, the first owner, the people of this server; who is this request.
import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { PersonRow, SessionState } from '#shared/api/accounts.ts'
import type { Person, Role, Viewer } from '#shared/viewer.ts'
import type { Log } from '../platform/log.ts'
import { Problem } from '../platform/problem.ts'
import { type RateLimits, networkOf } from '../platform/rate-limit.ts'
import { type Auth, usernameOf } from './auth.ts'
import type { AccountsStore } from './store.ts'

export type AccountsDeps = {
  store: AccountsStore
  auth: Auth
  limits: RateLimits
  log: Log
  nowMs: () => number
  /** Told of sign-ins that ended, so that sockets and tickets end with them. */
  onSignedOut?: (ended: { signInId?: string; personId?: string }) => void
}

/** Who asks: what the HTTP edge knows of a caller. */
export type Visitor = { viewer: Viewer | null; address: string; isLocal: boolean; headers: Headers }
export type SignedIn = { state: SessionState; cookies: string[] }

const MIN_PASSWORD = 8
/** A signed-out session must be dead within a second; until then a look-up is worth sparing. */
const SESSION_CACHE_MS = 1000
const SESSION_CACHE_ENTRIES = 1000

/** Letters and digits that nobody confuses when reading them from a terminal. */
const CODE_ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'
const newCode = (): string =>
  Array.from(randomBytes(10), (byte) => CODE_ALPHABET[byte % CODE_ALPHABET.length])
    .join('')
    .replace(/^(.{5})/, '$1-')

const sameText = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

const roleOf = (role: string): Role => (role === 'owner' || role === 'admin' ? role : 'viewer')

export function createAccounts({ store, auth, limits, log, nowMs, onSignedOut }: AccountsDeps) {
  /** One for all processes: whichever prints it, any of them may be asked. */
  const claimCode = (): Promise<string> => store.settingOnce('secret.claim', newCode(), nowMs())
  let ownerExists = false
  const byAccount = limits('sign-in-account', { limit: 10, windowMs: 5 * 60_000 })
  const byAddress = limits('sign-in-address', { limit: 30, windowMs: 5 * 60_000 })
  const sessions = new Map<
    string,
    { untilMs: number; found: Promise<{ viewer: Person; signInId: string } | null> }
  >()

  const needsOwner = async (): Promise<boolean> => {
    ownerExists ||= await store.ownerExists()
    return !ownerExists
  }

  const stateOf = async (viewer: Viewer | null, isLocal: boolean): Promise<SessionState> => {
    const needs = await needsOwner()
    return { viewer, needsOwner: needs, needsClaimCode: needs && !isLocal }
  }

  const checkPassword = (password: string): void => {
    if (password.length < MIN_PASSWORD)
      throw new Problem('weak-password', `Use at least ${MIN_PASSWORD} characters.`)
  }

  const signUp = async (person: { name: string; password: string; role: Role }) => {
    checkPassword(person.password)
    const login = usernameOf(person.name)
    if (await store.personByUsername(login))
      throw new Problem('name-taken', `There is already somebody called ${person.name.trim()}.`)
    return auth.signUp(person)
  }

  const makeOwner = async (
    name: string,
    password: string,
  ): Promise<{ viewer: Person; cookies: string[] }> => {
    if (!(await needsOwner())) throw new Problem('owner-exists')
    try {
      const { id, cookies } = await signUp({ name, password, role: 'owner' })
      ownerExists = true
      log.info({ personId: id }, 'the owner was made')
      return { viewer: { kind: 'person', id, name: name.trim(), role: 'owner' }, cookies }
    } catch (error) {
      // A unique index allows one owner: whoever came second in a race learns so.
      if (!(error instanceof Problem) && (await store.ownerExists()))
        throw new Problem('owner-exists', undefined, { cause: error })
      throw error
    }
  }

  const lookUp = async (headers: Headers): Promise<{ viewer: Person; signInId: string } | null> => {
    const found = await auth.session(headers)
    if (!found) return null
    const { id, name, role } = found.person
    return { viewer: { kind: 'person', id, name, role: roleOf(role) }, signInId: found.signInId }
  }

  return {
    /** The code to type on another machine to become the owner; null once there is one. */
    claimCode: async (): Promise<string | null> => ((await needsOwner()) ? claimCode() : null),

    state: (visitor: Pick<Visitor, 'viewer' | 'isLocal'>): Promise<SessionState> =>
      stateOf(visitor.viewer, visitor.isLocal),

    async claimOwner(
      input: { name: string; password: string; code?: string },
      visitor: Visitor,
    ): Promise<SignedIn> {
      if (!(await needsOwner())) throw new Problem('owner-exists')
      if (!visitor.isLocal) {
        await byAddress.take(`claim ${networkOf(visitor.address)}`)
        if (!sameText((input.code ?? '').trim().toUpperCase(), await claimCode()))
          throw new Problem('claim-code-needed', 'Type the code that the server printed in its terminal.')
      }
      const { viewer, cookies } = await makeOwner(input.name, input.password)
      return { state: await stateOf(viewer, visitor.isLocal), cookies }
    },

    /** The owner named by the settings, made at the first start only. */
    async ensureOwner(owner: { name: string; password: string }): Promise<void> {
      if (await needsOwner()) await makeOwner(owner.name, owner.password)
    },

    async signIn(input: { name: string; password: string }, visitor: Visitor): Promise<SignedIn> {
      const login = usernameOf(input.name)
      await byAddress.take(networkOf(visitor.address))
      await byAccount.take(login)
      const cookies = await auth.signIn(input.name, input.password, visitor.headers)
      const person = cookies && (await store.personByUsername(login))
      if (!person) throw new Problem('wrong-credentials')
      await byAccount.forgive(login)
      const viewer: Person = { kind: 'person', id: person.id, name: person.name, role: roleOf(person.role) }
      return { state: await stateOf(viewer, visitor.isLocal), cookies }
    },

    async signOut(visitor: Visitor & { signInId: string | null }): Promise<SignedIn> {
      const cookies = await auth.signOut(visitor.headers)
      sessions.clear()
      if (visitor.signInId) onSignedOut?.({ signInId: visitor.signInId })
      return { state: await stateOf(null, visitor.isLocal), cookies }
    },

    /** The signed-in person behind a request's cookies, or null. */
    async identify(headers: Headers): Promise<{ viewer: Person; signInId: string } | null> {
      const cookie = headers.get('cookie')
      if (!cookie?.includes('mediaserver.session_token')) return null
      const now = nowMs()
      const known = sessions.get(cookie)
      if (known && known.untilMs > now) return known.found
      if (sessions.size >= SESSION_CACHE_ENTRIES) sessions.clear()
      const found = lookUp(headers)
      sessions.set(cookie, { untilMs: now + SESSION_CACHE_MS, found })
      return found
    },

    /** Whether a sign-in has neither ended nor run out. */
    signInStands: (signInId: string): Promise<boolean> => store.signInStands(signInId, nowMs()),

    async people(): Promise<PersonRow[]> {
      return (await store.people()).map((p) => ({
        id: p.id,
        name: p.name,
        role: roleOf(p.role),
        createdAtMs: Date.parse(p.createdAt),
      }))
    },

    async addPerson(input: { name: string; password: string; role: 'admin' | 'viewer' }): Promise<PersonRow> {
      const { id } = await signUp(input)
      return { id, name: input.name.trim(), role: input.role, createdAtMs: nowMs() }
    },

    async removePerson(id: string): Promise<void> {
      const person = await store.person(id)
      if (!person) throw new Problem('person-not-found')
      if (person.role === 'owner') throw new Problem('not-allowed', 'The owner cannot be removed.')
      await store.remove(id)
      sessions.clear()
      onSignedOut?.({ personId: id })
    },

    /** A new password, by name; every sign-in of that person ends. */
    async setPassword(name: string, password: string): Promise<void> {
      checkPassword(password)
      const person = await store.personByUsername(usernameOf(name))
      if (!person) throw new Problem('person-not-found', `There is nobody called ${name}.`)
      await auth.setPassword(person.id, password)
      this.endSignIns(person.id)
    },

    /** Something else has removed this person or their sessions: what hangs on those ends too. */
    endSignIns(personId: string): void {
      sessions.clear()
      onSignedOut?.({ personId })
    },
  }
}
export type Accounts = ReturnType<typeof createAccounts>
