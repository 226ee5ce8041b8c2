// One process and many: what a viewer costs, what the API and parties carry, what nginx saves, what a failure costs.
type Part = () => Promise<Record<string, unknown>>

/** Each may be run alone: `npm run bench -- scale --viewers`. */
const PARTS: Record<string, Part> = {
  viewers: async () => (await import('./scale/viewers.ts')).measureViewers(),
  origin: async () => (await import('./scale/origin.ts')).measureOrigin(),
  parties: async () => (await import('./scale/parties.ts')).measureParties(),
  api: async () => (await import('./scale/api.ts')).measureApi(),
  failover: async () => (await import('./scale/failover.ts')).measureFailoverOfCluster(),
  soak: async () => (await import('./scale/soak.ts')).measureSoak(),
}

export async function run(args: readonly string[]): Promise<void> {
  const wanted = Object.keys(PARTS).filter((name) => args.includes(`--${name}`))
  const result: Record<string, unknown> = {}
  for (const name of wanted.length > 0 ? wanted : Object.keys(PARTS)) {
    process.stderr.write(`${name} …\n`)
    Object.assign(result, await PARTS[name]?.())
  }
  console.log(args.includes('--json') ? JSON.stringify(result) : result)
}
