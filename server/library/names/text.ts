// Text of names: one form for matching, one for showing, one for comparing.

/** Full-width forms to ASCII and typographic dashes to `-`; every replacement keeps the length in characters. */
export const plain = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/[\uFF01-\uFF5E]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[\u3010\u300c\u300e]/g, '[')
    .replace(/[\u3011\u300d\u300f]/g, ']')
    .replace(/[\u2010-\u2015]/g, '-')
    .replace(/\u3000|\u00a0/g, ' ')

/** A stretch of a file name as a person would write it. */
export function tidy(raw: string): string {
  let text = raw.replace(/_/g, ' ')
  // Dots are separators unless the name is written with spaces; `S.W.A.T.` and `A.I.` keep theirs.
  const isDotted = !/\S \S/.test(text.trim())
  if (isDotted)
    text = text
      .replace(/(?<![\p{L}\p{N}])((?:\p{L}\.){2,})(?=.|$)/gu, (m) => m.replaceAll('.', '\u0001') + ' ')
      .replace(/\./g, ' ')
      .replaceAll('\u0001', '.')
  text = text.replace(/\s+/g, ' ')
  for (let before = ''; before !== text;) {
    before = text
    text = text
      .replace(/\(\s*\)|\[\s*\]|\{\s*\}/g, ' ')
      .replace(/^[\s\-,:;|/+*\u2605~)\]}]+/, '')
      .replace(/[\s\-,:;|/+*\u2605~([{@]+$/, '')
    for (const [open, close] of [
      ['(', ')'],
      ['[', ']'],
    ] as const) {
      const opened = text.lastIndexOf(open)
      if (opened >= 0 && text.indexOf(close, opened) < 0)
        text = text.slice(0, opened) + ' ' + text.slice(opened + 1)
    }
  }
  // `1. Pilot` without its number; names that begin with dots (`...And Justice`) keep them.
  text = text
    .replace(/^\.\s+/, '')
    .replace(/^"(.*)"$/, '$1')
    .replace(/^\((?=[^)]*$)/, '')
  if (isDotted && !/\.\p{L}\.$/u.test(text) && !/^(?:\p{L}\.)+$/u.test(text)) text = text.replace(/\.+$/, '')
  // `Ходячие мертвецы. Сезон 3`: the dot ends a sentence; `Jr.` and `Monsters, Inc.` keep theirs.
  text = text.replace(/(?<=\p{L}{4})\.\s*$/u, '')
  return text.replace(/\s+/g, ' ').trim()
}

/** For comparing: no marks, no case, no punctuation. */
export const comparable = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/&/g, ' and ')
    .replace(/['\u2019\u2018`\u00b4]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/** What a group of a pattern took; empty when it took no part. */
export const group = (match: RegExpMatchArray, index: number): string => match[index] ?? ''
