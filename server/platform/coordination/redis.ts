// Coordination over Redis (or Valkey), for several processes.
import { Redis } from 'ioredis'
import type { Log } from '../log.ts'
import type { Coordination } from './coordination.ts'

/** Nothing else in the same Redis may begin with this. */
const PREFIX = 'mediaserver:'
const PATIENCE_MS = 1_500

/** Compare and act in one step; Redis runs a script as a whole (redis.io/docs/latest/develop/programmability). */
const ACQUIRE = `
local held = redis.call('get', KEYS[1])
if held and held ~= ARGV[1] then return 0 end
redis.call('set', KEYS[1], ARGV[1], 'px', ARGV[2])
return 1`
const RELEASE = `if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end return 1`
const WRITE = `
local version = tonumber(redis.call('hget', KEYS[1], 'version') or '0')
if version ~= tonumber(ARGV[2]) then return 0 end
redis.call('hset', KEYS[1], 'value', ARGV[1], 'version', version + 1)
redis.call('pexpire', KEYS[1], ARGV[3])
return 1`
const COUNT = `
local count = redis.call('incr', KEYS[1])
if count == 1 then redis.call('pexpire', KEYS[1], ARGV[1]) end
return {count, redis.call('pttl', KEYS[1])}`

export async function openRedisCoordination(deps: { url: string; log: Log }): Promise<Coordination> {
  const { url, log } = deps
  // Three tries, for a short while, then the caller hears of it: a request must not hang because Redis is away.
  // The longer it is, the longer the pauses between the tries.
  const options = { lazyConnect: true, maxRetriesPerRequest: 3 }
  const commands = new Redis(url, { ...options, commandTimeout: PATIENCE_MS })
  // A connection that listens may do nothing else.
  const ears = new Redis(url, { ...options, maxRetriesPerRequest: null })
  for (const connection of [commands, ears])
    connection.on('error', (error) => log.warn({ err: error }, 'Redis cannot be reached'))
  const close = (): void => {
    commands.disconnect()
    ears.disconnect()
  }
  try {
    await Promise.all([commands.connect(), ears.connect()])
  } catch (error) {
    close()
    throw error
  }

  const listeners = new Map<string, Set<(message: string) => void>>()
  ears.on('message', (name: string, message: string) => {
    for (const listener of listeners.get(name) ?? [])
      try {
        listener(message)
      } catch (error) {
        log.error({ err: error, channel: name }, 'a signal listener failed')
      }
  })

  const lease = (name: string): string => `${PREFIX}lease:${name}`
  const counter = (key: string): string => `${PREFIX}count:${key}`
  const document = (key: string): string => `${PREFIX}document:${key}`

  return {
    async signal(channel, message) {
      return commands.publish(PREFIX + channel, message)
    },

    async onSignal(channel, listener) {
      const name = PREFIX + channel
      const own = (message: string): void => listener(message)
      const all = listeners.get(name) ?? new Set()
      listeners.set(name, all.add(own))
      await ears.subscribe(name)
      return {
        async [Symbol.asyncDispose]() {
          all.delete(own)
          if (all.size > 0 || listeners.get(name) !== all) return
          listeners.delete(name)
          if (ears.status === 'ready') await ears.unsubscribe(name)
        },
      }
    },

    async acquire(name, holder, ttlMs) {
      return (await commands.eval(ACQUIRE, 1, lease(name), holder, Math.ceil(ttlMs))) === 1
    },

    async holder(name) {
      return commands.get(lease(name))
    },

    async release(name, holder) {
      await commands.eval(RELEASE, 1, lease(name), holder)
    },

    async read(key) {
      const [value, version] = await commands.hmget(document(key), 'value', 'version')
      return typeof value === 'string' ? { value, version: Number(version) } : null
    },

    async write(key, value, expected, ttlMs) {
      return (await commands.eval(WRITE, 1, document(key), value, expected, Math.ceil(ttlMs))) === 1
    },

    async remove(key) {
      await commands.del(document(key))
    },

    async count(key, windowMs) {
      const [count = 1, leftMs = 0] = (await commands.eval(
        COUNT,
        1,
        counter(key),
        Math.ceil(windowMs),
      )) as number[]
      return { count, leftMs }
    },

    async uncount(key) {
      await commands.del(counter(key))
    },

    async timeMs() {
      const [seconds, micros] = await commands.time()
      return Number(seconds) * 1000 + Number(micros) / 1000
    },

    async ping() {
      await commands.ping()
    },

    async [Symbol.asyncDispose]() {
      close()
    },
  }
}
