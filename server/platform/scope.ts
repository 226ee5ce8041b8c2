// For which request or job the running code works: its ids follow every `await` into log lines, jobs and spans.
import { AsyncLocalStorage } from 'node:async_hooks'

/** A span's place in a trace (W3C Trace Context). */
export type TraceContext = { traceId: string; spanId: string; isSampled: boolean }

export type Scope = { requestId?: string; jobId?: string; trace?: TraceContext }

const NOBODY: Scope = {}
const storage = new AsyncLocalStorage<Scope>()

/** Empty when the code works for nobody in particular. */
export const currentScope = (): Scope => storage.getStore() ?? NOBODY

/** Runs `run`, and all that follows from it, with `more` known of it. */
export const within = <T>(more: Scope, run: () => T): T => storage.run({ ...currentScope(), ...more }, run)

/** For what outlives the request that happened to begin it. */
export const forNobody = <T>(run: () => T): T => storage.run(NOBODY, run)

/** Keeps who is worked for now, for callbacks that somebody else's event will call. */
export const keepScope = (): (<T>(run: () => T) => T) => AsyncLocalStorage.snapshot()
