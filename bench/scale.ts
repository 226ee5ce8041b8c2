// What a viewer costs, what parties carry, and whether memory grows: one process under the load of players without browsers.
type Part = () => Promise<Record<string, unknown>>

/** Each may be run alone: `npm run bench -- scale --viewers`. */
const PARTS: Record<string, Part> = {
  viewers: async () => (await import('./scale/viewers.ts')).measureViewers(),
  parties: async () => (await import('./scale/parties.ts')).measureParties(),
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
