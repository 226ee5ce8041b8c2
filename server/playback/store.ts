// The playback feature's SQL: limits that an administrator has set.
import * as Value from 'typebox/value'
import { PlaybackLimits } from '#shared/api/playback.ts'
import type { Database } from '../platform/database/database.ts'
import { NO_LIMITS } from './limits.ts'

const KEY = 'playback.limits'

export function createPlaybackStore(db: Database) {
  return {
    async limits(): Promise<PlaybackLimits> {
      const row = await db.selectFrom('settings').select('value').where('key', '=', KEY).executeTakeFirst()
      const stored: unknown = row ? JSON.parse(row.value) : null
      return Value.Check(PlaybackLimits, stored) ? stored : NO_LIMITS
    },
    async saveLimits(limits: PlaybackLimits, nowMs: number): Promise<void> {
      const now = { value: JSON.stringify(limits), updated_at_ms: nowMs }
      await db
        .insertInto('settings')
        .values({ key: KEY, ...now })
        .onConflict((c) => c.column('key').doUpdateSet(now))
        .execute()
    },
  }
}
export type PlaybackStore = ReturnType<typeof createPlaybackStore>
