// The title in what stands before year, number and description (pure).
import { tidy } from './text.ts'

const HAN = /[\u3040-\u30ff\u4e00-\u9fff]/u

export function titleOf(head: string, isFansub: boolean): string | null {
  const whole = /^\s*\[([^\]]+)\][ ._-]*$/u.exec(head)
  // Names in two languages, then who directed, in both.
  head = head.replace(/\([^()|]*\|[^()|]*\)?/gu, ' ')
  let title = tidy((whole?.[1] ?? head).replace(/\[[^\]]*$/u, ''))
  if (isFansub)
    title = title
      .replace(/(?<=[\p{L}\p{N}!?.])(?:\s*\[[^\]]*\]){2,}.*$/u, '')
      .replace(
        /[ -]+(?:NC)?(?:OP|ED)\d*[a-z]?(?:v\d)?$|[ -]+(?:nc(?:op|ed)|(?:op|ed)(?:\d|v\d))\d*[a-z]?(?:v\d)?$/u,
        '',
      )
      .replace(/(?<=\S)[ -]+vol(?:ume)?\.? ?\d.*$/iu, '')
  if (isFansub)
    title = tidy(title.replace(/\s*\[[^\]]*\]\s*$/u, '').replace(/[ ]\((?:TV|OVA|BD|\d{4})\)$/iu, ''))
  title = title.replace(/^(?:\[[^\]]*\][ ._-]*)+(?=[\p{L}\p{Nd}])/u, '').replace(/\s*\[[^\]]*\]$/u, '')
  // `抓娃娃 Successor`: the name in two scripts; the Latin one is what metadata knows best.
  if (HAN.test(title)) {
    const latin = /^[^a-z]*[\u3040-\u9fff][^a-z]*[ /]([a-z][\p{Script=Latin}\p{N} '!:,.&-]{2,})$/iu.exec(
      title,
    )
    const first = /^([a-z][\p{Script=Latin}\p{N} '!:,.&-]{3,}) [^a-z]*[\u3040-\u9fff][^a-z]*$/iu.exec(title)
    title = (latin?.[1] ?? first?.[1] ?? title).trim()
  }
  const names = title.split(/ \| /u)
  if (names.length > 1)
    title = (names.find((n) => /^[\p{Script=Latin}\p{N}\p{P} ]+$/u.test(n)) ?? names[0] ?? title).trim()
  const aka = /^(.{2,}?) (?:a\.?k\.?a\.?) \S/iu.exec(title)
  if (aka?.[1]) title = aka[1].trim()
  title = title.replace(/ (?:VHS|DVD|BD)$/u, '').replace(/ \((?:VHS|TV)\)$/u, '')
  title = title.replace(
    /(?<=\S) (?:complete collection|(?:duo|tri|quadri|tetra|penta|hexa|hepta|octa)logy(?: collection)?)$/iu,
    '',
  )
  return /[\p{L}\p{N}]/u.test(title) ? title : null
}
