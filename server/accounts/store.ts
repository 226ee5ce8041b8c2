// The accounts feature's SQL.
import type { Database } from '../platform/database/database.ts'
import { settingOnce } from '../platform/database/setting-once.ts'

export function createAccountsStore(db: Database) {
  const people = () => db.selectFrom('auth_user').select(['id', 'name', 'role', 'createdAt', 'username'])
  return {
    ownerExists: async () =>
      (await db.selectFrom('auth_user').select('id').where('role', '=', 'owner').executeTakeFirst()) !==
      undefined,
    people: () => people().orderBy('createdAt').execute(),
    person: (id: string) => people().where('id', '=', id).executeTakeFirst(),
    personByUsername: (username: string) => people().where('username', '=', username).executeTakeFirst(),
    remove: (id: string) => db.deleteFrom('auth_user').where('id', '=', id).execute(),
    signInStands: async (signInId: string, nowMs: number): Promise<boolean> => {
      const row = await db
        .selectFrom('auth_session')
        .select('expiresAt')
        .where('id', '=', signInId)
        .executeTakeFirst()
      return row !== undefined && Date.parse(row.expiresAt) > nowMs
    },
    setting: async (key: string) =>
      (await db.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst())?.value,
    settingOnce: (key: string, value: string, nowMs: number) => settingOnce(db, key, value, nowMs),
  }
}
export type AccountsStore = ReturnType<typeof createAccountsStore>
