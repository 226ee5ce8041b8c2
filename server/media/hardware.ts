// Which hardware encoders work here: each tried once with real pictures, left aside when it keeps failing.
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { environment } from '../platform/config.ts'
import type { Log } from '../platform/log.ts'
import { runScript } from '../platform/process.ts'
import { candidates, type HardwareEncoder, suitsHardware } from './hardware-plan.ts'

const SELF_TEST = fileURLToPath(new URL('./worker/self-test.ts', import.meta.url))
const TRIAL_MS = 20_000
/** So many failures in such a time, and it is left aside until the next start. */
const MOST_FAILURES = 3
const FAILURES_WITHIN_MS = 600_000

/** What came of a trial: a sentence where it does not work. */
export type Trial = { encoder: HardwareEncoder | 'libx264'; fault: string | null }

/** Where drivers are, for media workers too: nothing else of the environment is needed. */
export const DRIVER_ENVIRONMENT = Object.fromEntries(
  ['LIBVA_DRIVER_NAME', 'LIBVA_DRIVERS_PATH', 'LD_LIBRARY_PATH'].flatMap((name) => {
    const value = environment()[name]
    return value === undefined ? [] : [[name, value]]
  }),
)

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

export const candidatesHere = (): HardwareEncoder[] => candidates(process.platform, namesIn)

/** Encodes some pictures in a process of its own: a driver may take it down. */
export async function tryEncoder(encoder: Trial['encoder']): Promise<Trial> {
  let fault: string | null = 'It gave no answer.'
  try {
    await runScript(SELF_TEST, [encoder], {
      env: DRIVER_ENVIRONMENT,
      onLine: (line) => void ({ fault } = JSON.parse(line) as { fault: string | null }),
      signal: AbortSignal.timeout(TRIAL_MS),
    })
  } catch (error) {
    fault = error instanceof Error ? error.message : String(error)
  }
  return { encoder, fault }
}

/** Those that work, the preferred one first. One after the other: they may be one device. */
export async function findHardware(log: Log): Promise<HardwareEncoder[]> {
  const found: HardwareEncoder[] = []
  for (const encoder of candidatesHere()) {
    const { fault } = await tryEncoder(encoder)
    if (fault === null) found.push(encoder)
    log.info({ encoder, ...(fault !== null && { fault }) }, 'a hardware encoder was tried')
  }
  return found
}

export type HardwareView = { encoder: HardwareEncoder; isUsed: boolean; fault: string | null }

export type Hardware = {
  /** The one to encode such pictures with; null: software. */
  choose(picture: { width: number; height: number }): HardwareEncoder | null
  failed(encoder: HardwareEncoder, reason: string): void
  status(): HardwareView[]
}

export function createHardware(
  found: readonly HardwareEncoder[],
  { log, nowMs }: { log?: Log; nowMs: () => number },
): Hardware {
  const failures = new Map<HardwareEncoder, { atMs: number[]; fault: string; isDemoted: boolean }>()
  const current = (): HardwareEncoder | null => found.find((one) => !failures.get(one)?.isDemoted) ?? null
  return {
    choose: (picture) => (suitsHardware(picture) ? current() : null),
    failed(encoder, reason) {
      const known = failures.get(encoder)
      const atMs = [...(known?.atMs ?? []), nowMs()].filter((at) => at > nowMs() - FAILURES_WITHIN_MS)
      const isDemoted = known?.isDemoted === true || atMs.length >= MOST_FAILURES
      failures.set(encoder, { atMs, fault: reason, isDemoted })
      log?.warn({ encoder, reason }, 'a hardware encoder failed: software makes the rest of the segment')
      if (isDemoted && !known?.isDemoted)
        log?.error({ encoder, next: current() }, 'a hardware encoder is left aside until the next start')
    },
    status: () =>
      found.map((encoder) => ({
        encoder,
        isUsed: encoder === current(),
        fault: failures.get(encoder)?.fault ?? null,
      })),
  }
}

export const NO_HARDWARE = createHardware([], { nowMs: () => 0 })
