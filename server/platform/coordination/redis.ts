// Coordination over Redis (or Valkey), for several processes.
import type { Log } from '../log.ts'
import { connectRedis, inspectRedis } from '../redis.ts'
import type { Coordination } from './coordination.ts'

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

export type RedisCoordinationDeps = {
  url: string
  /** Whose it is: several installations may share a Redis, whose channels even its numbered databases have in common. */
  installation: string
  log: Log
  /** What ought to be changed about this Redis, a sentence. */
  advise?: (sentence: string) => void
}

export async function openRedisCoordination(deps: RedisCoordinationDeps): Promise<Coordination> {
  const { url, installation, log, advise = (sentence) => log.warn(sentence) } = deps
  /** Nothing else in the same Redis may begin with this. */
  const prefix = `mediaserver:${installation}:`
  await using opened = new AsyncDisposableStack()
  // Three tries, for a short while, then the caller hears of it: a request must not hang because Redis is away.
  // The longer it is, the longer the pauses between the tries.
  const commands = await connectRedis(url, log, { maxRetriesPerRequest: 3, commandTimeout: PATIENCE_MS })
  opened.defer(() => commands.disconnect())
  await inspectRedis(commands, advise)
  // A connection that listens may do nothing else.
  const ears = await connectRedis(url, log, { maxRetriesPerRequest: null })
  opened.defer(() => ears.disconnect())

  const listeners = new Map<string, Set<(message: string) => void>>()
  ears.on('message', (name: string, message: string) => {
    for (const listener of listeners.get(name) ?? [])
      try {
        listener(message)
      } catch (error) {
        log.error({ err: error, channel: name }, 'a signal listener failed')
      }
  })

  const lease = (name: string): string => `${prefix}lease:${name}`
  const counter = (key: string): string => `${prefix}count:${key}`
  const document = (key: string): string => `${prefix}document:${key}`

  const parts = opened.move()
  return {
    async signal(channel, message) {
      return commands.publish(prefix + channel, message)
    },

    async onSignal(channel, listener) {
      const name = prefix + channel
      const own = (message: string): void => listener(message)
      const all = listeners.get(name) ?? new Set()
      listeners.set(name, all.add(own))
      await ears.subscribe(name)
      return {
        async [Symbol.asyncDispose]() {
          all.delete(own)
          if (all.size > 0 || listeners.get(name) !== all) return
          listeners.delete(name)
          // Nobody waits for it: Redis may be gone, and with it the answer.
          ears.unsubscribe(name).catch(() => undefined)
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

    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  }
}
