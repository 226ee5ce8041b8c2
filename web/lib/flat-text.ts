// Nested JSON as one line to read at a glance: names and values of its leaves (pure).

const LONGEST = 120

const wordOf = (leaf: unknown): string => (typeof leaf === 'string' ? leaf : JSON.stringify(leaf))

function* leaves(node: unknown, name: string): Generator<string> {
  if (node === null || node === '') return
  if (Array.isArray(node) && node.every((one) => typeof one !== 'object'))
    yield `${name}: ${node.map(String).join(', ').slice(0, LONGEST)}`
  else if (typeof node === 'object')
    for (const [inner, value] of Object.entries(node as object)) yield* leaves(value, inner)
  // What a text says may be as long as a stack.
  else yield `${name}: ${wordOf(node).split('\n', 1)[0]?.slice(0, LONGEST)}`
}

/** Empty when nothing is in it; the text itself when it is no JSON. */
export function flatText(json: string): string {
  try {
    const node: unknown = JSON.parse(json)
    return typeof node === 'object' ? [...leaves(node, '')].join(' · ') : wordOf(node)
  } catch {
    return json
  }
}
