// The vocabulary of release names: words that end a title, and words that only do so beside those.

const words = (list: string) => list.trim().split(/\s+/).join('|')

/** Never part of a title: what follows the first of these describes the copy. */
const SIGNS = words(`
  \\d{3,4}[pi](?:\\d{2,3}|x\\d{3,4})? \\d{3,4}x\\d{3,4}p? \\d{3,4}\\*\\d{3,4} 4k(?:light)? uhd(?:tv)? hd(?:light|tc|tv)\\w* mhd
  blu-?ray\\w* blu[ ._-]ray bd-?rip\\w* bd(?:mux|remux|1080\\w*)? usbd br-?(?:rip|mux)\\w* dvd(?:r|5|9|rip|scr|mux|divx)? hd-?dvd dvd-rip hd-?rip ppv-?rip vhs-?rip vhs
  web-?dl(?:rip)? web-?rip\\w* web[ ._]dl web[ ._]rip webmux web-?hd hdtv-?rip hdtvmux [apsd]?dtv dtv-?rip tvrip dsr(?:ip)? dthrip sat-?rip telesync telecine hdts hdcam camrip pre-?dvd\\w*
  [xh][ ._-]?26[456] hevc\\w* avc xvid divx\\d? xvid-?\\w* av1 vp9 mpeg-?[24] vc-?1 10-?bits? 8-?bits? hi10p? 1[02]b
  aac(?:[ ._]?\\d(?:[ ._]\\d)?|x\\d)? [e]?ac-?3d? dd[p+]?a?[ ._-]?[257][ ._][01] ddp\\w* dts(?:-?hd(?:-?ma)?|-?x|-es)? true-?hd atmos flac lpcm 2ch 6ch 
  hdr10\\+? hdr dovi dolby[ ._-]?vision remux sdr vostfr vosta? nlsubs e-?subs? msubs? subforced swesub multisubs?
  hq[ ._-]hdrip yify yts eztv rarbg dsnp amzn nf\\.web pmtp hmax divx-\\w+ xvid-\\w+ m-?hd 1o8op
`)

/** Words that end a title only when a sign or nothing follows them. */
const HINTS = words(`
  line cam r5 om vo dual[ ._-]audio proper repack\\d? real rerip internal limited unrated uncut uncensored remastered restored restoration extended theatrical ultimate special[ ._]edition collectors?
  final criterion directors? director's cut edition dc se version longue stv nfofix festival readnfo read nfo dubbed subbed dl dual audio multi\\w* multilang
  french truefrench german english eng ita italian spanish castellano espanol latino hindi tamil telugu malayalam kannada bengali marathi punjabi japanese jpn jap korean chinese russian rus polish pl swedish danish nordic norwegian finnish hungarian dutch portuguese flemish czech slovak ukrainian romanian hebrew icelandic vietnamese pt-br vff vfq vf fra ger esp
  web bd tv int ws fs ntsc pal 3d hsbs half-?sbs sbs hou half-?ou hd sd full complete batch subs? 4k untouched true imax open matte widescreen dd20 dd51 ma
  amzn nf netflix itunes hulu atvp dsnp hmax cr unext sonyliv zee5 hotstar flizmovies mx vod baha bd-?box aired extras? ai upscale\\w* hybrid amazonhd netflixuhd
`)

const SIGN = new RegExp(`(?<![\\p{L}\\p{N}])(?:${SIGNS})(?![\\p{L}\\p{N}])`, 'giu')
const TRAILING_HINT = new RegExp(
  `[ ._\\-+([\\]&]+(?:${HINTS}|\\d{1,3}(?:st|nd|rd|th)[ ._]anniversary)[ ._\\-)\\]]*$`,
  'iu',
)

/** Where the description of the copy starts; the length of the text when there is none. */
export function firstSign(text: string, from = 0): number {
  SIGN.lastIndex = from
  for (let m = SIGN.exec(text); m; m = SIGN.exec(text)) if (m.index > 0) return m.index
  return text.length
}
export const hasSign = (text: string): boolean => firstSign(` ${text}`) <= text.length

/** Drops words such as `UNRATED FRENCH` from the end of what stands before a sign. */
export function withoutTrailingHints(text: string): string {
  let rest = text
  for (let i = 0; i < 12; i++) {
    const shorter = rest.replace(TRAILING_HINT, '')
    if (shorter === rest || !/[\p{L}\p{N}]/u.test(shorter)) return rest
    rest = shorter
  }
  return rest
}

const EDITIONS: readonly [RegExp, string][] = [
  [
    /\b(?:extended[ ._])?director['\u2019]?s?[ ._]?(?:cut|edition)\b|(?<=(?:19|20)\d\d\)?[ ._])dc\b|\bdc(?=[ ._](?:bdrip|bluray|dvd|1080|720|remastered|vostfr))/iu,
    "Director's Cut",
  ],
  [/\bextended\b/iu, 'Extended'],
  [/\btheatrical\b/iu, 'Theatrical'],
  [/\bunrated\b/iu, 'Unrated'],
  [/\buncut\b/iu, 'Uncut'],
  [/\buncensored\b/iu, 'Uncensored'],
  [/\bultimate\b/iu, 'Ultimate'],
  [/\blimited\b/iu, 'Limited'],
  [/\bspecial[ ._]edition\b|(?<=[ ._])se(?=[ ._])/iu, 'Special'],
  [/\bcollector['\u2019]?s?[ ._](?:edition|cut)?/iu, 'Collector'],
  [/\bcriterion\b/iu, 'Criterion'],
  [/\bremaster(?:ed)?\b|\b4k[ ._]restor/iu, 'Remastered'],
  [/\bimax\b/iu, 'IMAX'],
  [/\bfan[ ._]?edit\b/iu, 'Fan Edit'],
  [/\bfinal[ ._]cut\b/iu, 'Final Cut'],
  [/\bfestival\b/iu, 'Festival'],
  [/\bdespeciali[sz]ed\b/iu, 'Despecialized'],
  [/\b\d{1,3}(?:st|nd|rd|th)?[ ._]anniversary(?:[ ._]edition)?\b/iu, 'Anniversary'],
  [/\bversion[ ._]longue\b/iu, 'Extended'],
  [/\bopen[ ._]matte\b/iu, 'Open Matte'],
  [/\balternat(?:e|ive)[ ._]cut\b/iu, 'Alternative Cut'],
  [/\b\d[ ._]?in[ ._]?1\b/iu, '2in1'],
]

/** Editions that go by a name of their own: `Imperial Edition`, `Ultimate Rekall Edition`, `Assembly Cut`, `Recut`. */
const OWN_NAME =
  /\b((?:imperial|signature|deluxe|diamond|platinum|definitive|complete|original|rogue|assembly|ultimate[ ._]\p{L}+|anniversary|international|workprint|producer'?s|(?:zack[ ._])?snyder'?s|final|redux|black[ ._]and[ ._]chrome)[ ._](?:edition|cut)|recut|redux)\b/iu

const titleCase = (text: string) =>
  text.replace(/[ ._]+/g, ' ').replace(/\S+/g, (w) => (w[0] ?? '').toUpperCase() + w.slice(1).toLowerCase())

/** Editions named in what follows the title, best known word first; null when there is none. */
export function editionOf(written: string): string | null {
  // `_` counts as a letter to `\b`.
  const text = written.replaceAll('_', ' ').replace(/ {2,}/g, ' ')
  const tag = /\{edition-([^}]{1,80})\}/iu.exec(text)
  if (tag?.[1]) return tag[1].trim()
  const found = EDITIONS.filter(([pattern]) => pattern.test(text)).map(([, name]) => name)
  const own = OWN_NAME.exec(text)?.[1]
  if (own === undefined) return found.length > 0 ? [...new Set(found)].join(' ') : null
  const named = titleCase(own)
  const bare = (name: string) => name.toLowerCase().replace(/['\u2019]|s? (?:edition|cut)$/g, '')
  const stem = bare(named)
  // `Ultimate Rekall Edition` says more than `Ultimate`; `Anniversary` as much as `Anniversary Edition`.
  if (found.some((known) => bare(known).includes(stem))) return [...new Set(found)].join(' ')
  return [...found.filter((known) => !stem.includes(bare(known))), named].join(' ')
}

const FORMAT_3D =
  /(?<![\p{L}\p{N}])(?:3d[ ._-]+(hsbs|fsbs|htab|ftab|sbs|tab|hou|ou|mvc)|(hsbs|sbs3d|fsbs|htab|ftab|tab|sbs|mvc))(?![\p{L}\p{N}])/iu

/** How a film in 3D is packed: `hsbs`, `tab` and their kin. */
export const format3dOf = (text: string): string | null => {
  const found = FORMAT_3D.exec(text)
  return found && (found[1] ?? found[2] ?? '').toLowerCase()
}
