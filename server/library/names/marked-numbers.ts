// Notations that say what they are: `S01E02`, `2x03`, a date, `Episode 4`, the surest first (pure).
import { dateRule } from './dates.ts'
import { withList } from './following.ts'
import { at, EDGE, EPISODE_WORD, number, range, type Rule, SEASON_WORD } from './numbers.ts'
import { group } from './text.ts'

const S_E = new RegExp(
  `${EDGE}(?:s|t|sn|se)[ ._]?([\\do]{1,4})(?:(?:[ ._]?-[ ._]?|[ ._]{0,2}|[ ._]?[([])(?:x?e|ep|x|oad|ova|${EPISODE_WORD})[ ._#-]{0,3}|[ ._]-[ ._](?:oad|ova|sp)[ ._]?|[ ._](?:oad|ova)[ ._]?)(\\d{1,5})(?:\\.\\d)?(?![\\d])`,
  'iu',
)
const GLUED_S_E = /(?<=[a-z])s(\d{2})e(\d{2,3})(?!\d)/iu
const S_FOUR = new RegExp(`${EDGE}s(\\d{2})(\\d{2})(?![\\p{L}\\p{N}])`, 'iu')
const WORDS = new RegExp(
  `${SEASON_WORD}[ ._]*(\\d{1,4})[ ._,\\-]{0,4}(?:${EPISODE_WORD}|e)[ ._#]*(\\d{1,4})(?!\\d)`,
  'iu',
)
const SEASON_THEN = new RegExp(
  `(?<![\\p{L}])${SEASON_WORD}[ ._]*(\\d{1,2})[ ._]+(\\d{2})(?=$|[ ._]+[-([]|\\.[ ])`,
  'iu',
)
/** `Episode #1.2`: season 1, episode 2. */
const IMDB_STYLE = new RegExp(
  `${EDGE}(?:s\\d{1,2}[ ._]*)?(?:ep|${EPISODE_WORD})[ ._]*#(\\d{1,2})\\.(\\d{1,3})(?!\\d)`,
  'iu',
)
/** `Season 2of5 3of9`, `Series 1 4of4`. */
const SEASON_OF = new RegExp(
  `(?<![\\p{L}])(?:${SEASON_WORD}|series)[ ._]*(\\d{1,2})(?:of\\d{1,2})?[ ._-]+(\\d{1,2})[ ._]?of[ ._]?\\d{1,2}(?!\\d)(?:[ ._]ep(?![\\p{L}]))?`,
  'iu',
)
const SE_HALF = /(?<![\p{L}\p{N}])s(\d{1,2})[ ._]e[ ._].{0,80}?episode[ ._](\d{1,3})(?!\d)/iu
const X =
  /(?<![\p{L}\p{N}])(\d{1,2}|(?:19|20)\d{2}(?!x\d\d\.\d\d(?!\d)))[x\u0445](?!26[45])(\d{2,3}|\d(?=[ ._\-\]]|$))(?![\dp])/iu
const N_OF_DOT = new RegExp(`${EPISODE_WORD}[ ._]+(\\d{1,2})\\.(\\d{2})(?!\\d)`, 'iu')
const CAP = /(?<![\p{L}\p{N}])cap[ ._]*(\d{1,2})(\d{2})(?:[_-](?:\d{1,2})(\d{2}))?(?!\d)/iu

const JUST_E = new RegExp(
  `${EDGE}(?:e|(?:ep|${EPISODE_WORD})[ ._#:+-]{0,3})(\\d{1,4})(?:[ ._]?v\\d)?(?:(?![\\p{L}\\p{N}])|(?=ep?\\d))`,
  'iu',
)
/** `2 сезон 05 серия`, `3기 05화`: each number before its word. */
const WORDS_BEHIND = new RegExp(
  `(?<![\\p{L}\\p{N}])(\\d{1,2})\\.?[ ._]{0,2}(?:${SEASON_WORD}|\uae30)[ ._,\\-]{0,3}(\\d{1,4})\\.?[ ._]{0,2}(?:b\u00f6l\u00fcm|\u0441\u0435\u0440\u0438\u044f|seri[yj]a|[\ud654\ud68c])(?![\\p{L}])`,
  'iu',
)
const BEFORE_WORD =
  /(?<![\p{L}\p{N}])(\d{1,3})[ ._]{0,2}(?:b\u00f6l\u00fcm|blm|\u0441\u0435\u0440\u0438\u044f|seri[yj]a|[\ud654\ud68c])(?![\p{L}])(?:[ ._]\u0438\u0437[ ._]\d{1,3})?/iu
const PART_LIST = /(?<![\p{L}\p{N}])part[ ._](\d{1,2})[ ._](?:and|to|&)[ ._](?:part[ ._])?(\d{1,2})(?!\d)/iu
/** `OVA 2`, `SP02`: what was made beside the series, counted on its own. */
const SPECIAL = /(?<![\p{L}\p{N}])(?:sp|ova|oad)[ ._-]?(\d{1,2})(?=[ ._]*(?:$|[[(-]|v\d))/iu
const CJK = /\u7b2c(\d{1,4})(?:[-~](\d{1,4}))?[\u8bdd\u8a71\u96c6\u56de]/u

const hasDigitsP = (text: string, m: RegExpExecArray) =>
  /^[pi]|^[ ._]*(?:mb|gb)\b/iu.test(text.slice(m.index + m[0].length))

export const sure: Rule[] = [
  (t) => {
    const m = IMDB_STYLE.exec(t) ?? SEASON_OF.exec(t)
    return m && at(m, { season: number(m[1]), episodes: [number(m[2])] })
  },
  (t) => {
    const m =
      WORDS_BEHIND.exec(t) ??
      S_E.exec(t) ??
      GLUED_S_E.exec(t) ??
      WORDS.exec(t) ??
      SEASON_THEN.exec(t) ??
      SE_HALF.exec(t)
    return m && withList(t, m, number(m[1]), number(m[2]))
  },
  (t) => {
    const m = N_OF_DOT.exec(t) ?? X.exec(t)
    return m && withList(t, m, number(m[1]), number(m[2]))
  },
  (t) => {
    const m = CAP.exec(t)
    if (!m) return null
    const [a, b] = [number(m[2]), number(m[3])]
    return at(m, {
      season: number(m[1]),
      episodes: b > a ? Array.from({ length: b - a + 1 }, (_, i) => a + i) : [a],
    })
  },
  (t) => {
    const m = S_FOUR.exec(t)
    return m && withList(t, m, number(m[1]), number(m[2]))
  },
  (t) => {
    const m = /(?<=\p{L}[ ._]+-[ ._]+)([1-9])(\d{2})[ ._]\((\d{1,3})\)(?=[ ._]+-)/u.exec(t)
    return m && at(m, { season: +group(m, 1), episodes: [+group(m, 2)] })
  },
  (t) => {
    const m = /(?<=[ ._](?:19|20)\d\d[ ._])([1-9])(\d{2})(?=[ ._]\p{L})/u.exec(t)
    return m && +group(m, 2) > 0 && !hasDigitsP(t, m)
      ? at(m, { season: +group(m, 1), episodes: [+group(m, 2)] })
      : null
  },
  (t) => {
    const m = BEFORE_WORD.exec(t)
    return m && withList(t, m, null, number(m[1]))
  },
  dateRule,
  (t) => {
    const m = CJK.exec(t)
    return (
      m &&
      withList(t, m, null, number(m[1]), {
        isAbsolute: true,
        ...(m[2] && { episodes: range(+group(m, 1), +m[2]) }),
      })
    )
  },
  (t) => {
    const m = JUST_E.exec(t)
    return m && withList(t, m, null, number(m[1]))
  },
  (t) => {
    const m = SPECIAL.exec(t)
    return m && at(m, { season: 0, episodes: [number(m[1])] })
  },
  (t) => {
    const m = PART_LIST.exec(t)
    return m && at(m, { episodes: range(number(m[1]), number(m[2])) })
  },
]
