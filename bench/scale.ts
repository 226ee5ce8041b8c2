// One process and many: what a viewer costs, what the API and parties carry, what nginx saves, what a failure costs.
type Part = (args: readonly string[]) => Promise<Record<string, unknown>>

const minutesOf = (args: readonly string[]): number =>
  Number(args.find((arg) => arg.startsWith('--minutes='))?.slice('--minutes='.length) ?? 0)

/** Each may be run alone: `npm run bench -- scale --viewers`; `--soak [--scaled] --minutes=60` goes on for so long. */
const PARTS: Record<string, Part> = {
  viewers: async () => (await import('./scale/viewers.ts')).measureViewers(),
  origin: async () => (await import('./scale/origin.ts')).measureOrigin(),
  parties: async () => (await import('./scale/parties.ts')).measureParties(),
  api: async () => (await import('./scale/api.ts')).measureApi(),
  failover: async () => (await import('./scale/failover.ts')).measureFailoverOfCluster(),
  soak: async (args) => {
    const { measureScaledSoak, measureSoak } = await import('./scale/soak.ts')
    return (args.includes('--scaled') ? measureScaledSoak : measureSoak)(minutesOf(args))
  },
}

export async function run(args: readonly string[]): Promise<void> {
  const wanted = Object.keys(PARTS).filter((name) => args.includes(`--${name}`))
  const result: Record<string, unknown> = {}
  for (const name of wanted.length > 0 ? wanted : Object.keys(PARTS)) {
    process.stderr.write(`${name} …\n`)
    Object.assign(result, await PARTS[name]?.(args))
  }
  console.log(args.includes('--json') ? JSON.stringify(result) : result)
}
