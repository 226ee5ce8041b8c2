// Globs of ignore files, matched without ever going exponential, whatever somebody writes there (pure).

const MOST_ALTERNATIVES = 32

/**
 * `*` and `?` within a name, `**` across folders, `[a-z]`, and `{a,b}` without nesting. A regular expression would
 * take years for `*a*a*a*a*b`; here the last star takes one more whenever something does not fit, and no other does.
 */
export function compileGlob(glob: string): (path: string) => boolean {
  const patterns = alternatives(glob).map((one) =>
    one.split('/').map((name) => ({ isAny: name === '**', letters: lettersOf(name) })),
  )
  return (path) => {
    const names = path.split('/').map((name) => Array.from(name))
    return patterns.some((pattern) =>
      fits(
        pattern,
        names,
        ({ isAny }) => isAny,
        ({ letters }, name) =>
          fits(
            letters,
            name,
            (letter) => letter === '*',
            (letter, given) => (typeof letter === 'string' ? letter === given : letter(given)),
          ),
      ),
    )
  }
}

function fits<P, S>(
  pattern: readonly P[],
  subject: readonly S[],
  isStar: (p: P) => boolean,
  isSame: (p: P, s: S) => boolean,
): boolean {
  let [at, next, star, taken] = [0, 0, -1, 0]
  while (next < subject.length) {
    const [want, given] = [pattern[at], subject[next] as S]
    if (want !== undefined && isStar(want)) {
      star = at
      taken = next
      at += 1
    } else if (want !== undefined && isSame(want, given)) {
      at += 1
      next += 1
    } else if (star >= 0) {
      at = star + 1
      taken += 1
      next = taken
    } else return false
  }
  return pattern.slice(at).every(isStar)
}

type Letter = string | ((given: string) => boolean)

const lettersOf = (name: string): Letter[] =>
  (name.match(/\[[!^]?[^\]]+\]|./gsu) ?? []).map((token) =>
    token === '?' ? () => true : token.length > 2 && token.startsWith('[') ? classOf(token) : token,
  )

function classOf(token: string): (given: string) => boolean {
  const isNot = /^\[[!^]/.test(token)
  const parts = token.slice(isNot ? 2 : 1, -1).match(/.-.|./gsu) ?? []
  return (given) =>
    parts.some((part) =>
      part.length > 2 ? given >= (part[0] ?? '') && given <= (part.at(-1) ?? '') : part === given,
    ) !== isNot
}

function alternatives(glob: string): string[] {
  let all = ['']
  for (const part of glob.split(/(\{[^{}]*,[^{}]*\})/)) {
    const choices =
      part.startsWith('{') && part.includes(',') && part.endsWith('}') ? part.slice(1, -1).split(',') : [part]
    // Too many: it is taken as it is written.
    const some = all.length * choices.length > MOST_ALTERNATIVES ? [part] : choices
    all = all.flatMap((start) => some.map((end) => start + end))
  }
  return all
}
