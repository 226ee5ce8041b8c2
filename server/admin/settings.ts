// Settings that an administrator changes while the server runs: rows over what it was started with, for all processes.
import type { Setting } from '#shared/api/admin-settings.ts'
import { type Config, ConfigFaults, withChanges } from '../platform/config.ts'
import type { Coordination } from '../platform/coordination/coordination.ts'
import type { Log } from '../platform/log.ts'
import { Problem } from '../platform/problem.ts'
import { type Changes, isChangeable, settingsOf } from './settings-list.ts'
import type { AdminStore } from './store.ts'

export type SettingsDeps = {
  store: Pick<AdminStore, 'changes' | 'saveChanges'>
  coordination: Pick<Coordination, 'signal' | 'onSignal'>
  /** What the process was started with. */
  config: Config
  log: Log
  nowMs: () => number
}

const CHANGED = 'settings-changed'
/** A signal may be lost; the rows are not. */
const LOOK_AGAIN_MS = 30_000

export async function createSettings({ store, coordination, config, log, nowMs }: SettingsDeps) {
  const listeners = new Set<(now: Config, before: Config) => void>()
  let changes: Changes = {}
  let now = config
  let looks = 0

  /** What another version has stored may be unknown here, or wrong for this process: it starts all the same. */
  function effective(stored: Changes): Config {
    const known = Object.fromEntries(Object.entries(stored).filter(([name]) => isChangeable(name)))
    try {
      return withChanges(config, known)
    } catch (err) {
      log.error({ err }, 'what was changed in the settings does not fit: it is left out')
      return config
    }
  }

  async function look(): Promise<void> {
    const mine = ++looks
    const stored = await store.changes()
    if (mine !== looks || JSON.stringify(stored) === JSON.stringify(changes)) return
    const before = now
    now = effective(stored)
    changes = stored
    for (const listener of listeners) listener(now, before)
  }
  const lookQuietly = (): void =>
    void look().catch((err: unknown) => log.warn({ err }, 'changed settings could not be read'))

  await look()
  const started = now
  const ears = await coordination.onSignal(CHANGED, lookQuietly)
  const timer = setInterval(lookQuietly, LOOK_AGAIN_MS).unref()

  return {
    /** As the process began: for what is made once. */
    started,
    /** For what looks again. */
    now: (): Config => now,
    /** Called after each change, whichever process it was made in. */
    onChange: (listener: (now: Config, before: Config) => void): void => void listeners.add(listener),

    list: (): Setting[] => settingsOf(started, now, changes),

    /** Null takes a change back. */
    async change(wanted: Readonly<Record<string, string | null>>): Promise<Setting[]> {
      const unknown = Object.keys(wanted).filter((name) => !isChangeable(name))
      if (unknown.length > 0)
        throw new Problem(
          'invalid-request',
          `Not to be changed while the server runs: ${unknown.join(', ')}.`,
        )
      await look()
      const all = { ...changes, ...wanted }
      const next = Object.entries(all).flatMap(([name, value]) =>
        value === null ? [] : [[name, value.trim()]],
      )
      try {
        withChanges(config, Object.fromEntries(next) as Changes)
      } catch (error) {
        if (error instanceof ConfigFaults)
          throw new Problem('invalid-request', error.faults.join(' '), { cause: error })
        throw error
      }
      await store.saveChanges(wanted, nowMs())
      await look()
      await coordination
        .signal(CHANGED, '')
        .catch((err: unknown) => log.warn({ err }, 'other processes hear later of changed settings'))
      return settingsOf(started, now, changes)
    },

    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await ears[Symbol.asyncDispose]()
    },
  }
}
export type Settings = Awaited<ReturnType<typeof createSettings>>
