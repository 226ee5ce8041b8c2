// CPU time of child processes and of this one (Linux: /proc; elsewhere it cannot be told apart).
import { readFileSync, readdirSync } from 'node:fs'

const TICKS_A_SECOND = 100

/** CPU seconds of this process's children (media workers, FFmpeg), those that have ended included. */
export function childrenCpuSeconds(): number {
  // `cutime cstime`: of children that were waited for.
  const own = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ') ?? []
  let ticks = Number(own[13]) + Number(own[14])
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      // `pid (name) state ppid … utime stime` (proc(5)); the name may hold anything.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
      if (Number(fields[1]) === process.pid) ticks += Number(fields[11]) + Number(fields[12])
    } catch {
      // It ended in between.
    }
  }
  return ticks / TICKS_A_SECOND
}
