// better-auth set up: names and passwords, sessions in a cookie. The only file that imports it.
import { betterAuth } from 'better-auth'
import { username } from 'better-auth/plugins/username'
import type { Database } from '../platform/database/database.ts'

export type AuthDeps = {
  db: Database
  /** Signs the session cookie. */
  secret: string
  /** Where the web app is reached over TLS, so that the cookie may be `Secure`. */
  isSecure: boolean
}

const SESSION_SECONDS = 60 * 24 * 3600

/** How names are compared: no accents of case or Unicode form tell two people apart. */
export const usernameOf = (name: string): string =>
  name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase()

export function createAuth({ db, secret, isSecure }: AuthDeps) {
  const auth = betterAuth({
    // Times as text and booleans as 0 and 1 on PostgreSQL too: one schema, and rows that move as they are.
    database: { db, type: 'sqlite' },
    secret,
    // Only cookies and the API functions are used; no link is ever made from it.
    baseURL: isSecure ? 'https://mediaserver.invalid' : 'http://mediaserver.invalid',
    telemetry: { enabled: false },
    logger: { disabled: true },
    emailAndPassword: { enabled: true, autoSignIn: true, minPasswordLength: 8, maxPasswordLength: 200 },
    user: {
      modelName: 'auth_user',
      additionalFields: { role: { type: 'string', defaultValue: 'viewer', input: true } },
    },
    session: { modelName: 'auth_session', expiresIn: SESSION_SECONDS, updateAge: 24 * 3600 },
    account: { modelName: 'auth_account' },
    verification: { modelName: 'auth_verification' },
    // Tries are limited by `accounts.ts`, per account and address.
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix: 'mediaserver',
      useSecureCookies: isSecure,
      defaultCookieAttributes: { sameSite: 'lax', httpOnly: true },
    },
    plugins: [
      username({
        minUsernameLength: 1,
        maxUsernameLength: 64,
        usernameValidator: (name) => !/\p{Cc}/u.test(name),
        usernameNormalization: usernameOf,
      }),
    ],
  })

  /** A session as the rest of the server sees it. */
  const found = async (headers: Headers) => {
    const session = await auth.api.getSession({ headers })
    if (!session) return null
    const { id, name, role } = session.user
    return { signInId: session.session.id, person: { id, name, role: String(role) } }
  }

  return {
    session: found,
    /** The `set-cookie` lines of a new session, or null when name or password are wrong (in equal time). */
    async signIn(name: string, password: string, headers: Headers): Promise<string[] | null> {
      const response = await auth.api.signInUsername({
        body: { username: usernameOf(name), password },
        headers,
        asResponse: true,
      })
      return response.ok ? response.headers.getSetCookie() : null
    },
    async signOut(headers: Headers): Promise<string[]> {
      const response = await auth.api.signOut({ headers, asResponse: true })
      return response.headers.getSetCookie()
    },
    /** Ends all sessions of that person. */
    async setPassword(personId: string, password: string): Promise<void> {
      const { password: hashing, internalAdapter } = await auth.$context
      await internalAdapter.updatePassword(personId, await hashing.hash(password))
      await internalAdapter.deleteUserSessions(personId)
    },
    /** The `set-cookie` lines of the new account's first session. Throws when the name is taken. */
    async signUp(person: {
      name: string
      password: string
      role: string
    }): Promise<{ id: string; cookies: string[] }> {
      const login = usernameOf(person.name)
      const result = await auth.api.signUpEmail({
        body: {
          name: person.name.trim(),
          // An address is mandatory in its model; nobody is ever written to.
          email: `${Buffer.from(login).toString('hex')}@local.invalid`,
          password: person.password,
          username: login,
          role: person.role,
        },
        returnHeaders: true,
      })
      return { id: result.response.user.id, cookies: result.headers.getSetCookie() }
    },
  }
}
export type Auth = ReturnType<typeof createAuth>
