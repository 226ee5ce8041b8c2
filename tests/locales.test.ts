// The texts of the web app: every language has each text, with the same values in it, and every setting is described.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { test } from 'node:test'
import type { Endpoint } from '../shared/endpoint.ts'
import { JOB_REASONS } from '../shared/job-reasons.ts'
import { PROBLEMS } from '../shared/problems.ts'
import { type Evidence, type Option, score } from '../server/catalog/metadata/match.ts'
import { JOB_KINDS } from '../server/job-kinds.ts'
import { VARIABLES } from '../server/platform/variables.ts'
import { actionKey } from '../web/lib/audit-text.ts'
import { sayBy } from '../web/lib/reason-text.ts'
import type de from '../web/locales/de.json'
import en from '../web/locales/en.json' with { type: 'json' }

/** Every language but English, by its tag. */
const TRANSLATIONS = new Map(
  globSync('web/locales/*.json')
    .filter((path) => !path.endsWith('en.json'))
    .map((path) => [basename(path, '.json'), JSON.parse(readFileSync(path, 'utf8')) as typeof de]),
)

/** What the server says itself, in English. */
const SAID_BY_SERVER = /^(settings\.means|player\.reasons|jobs\.reasons|problems|says|fields|proofs)\./

const valuesOf = (text = '') => [...text.matchAll(/\{\{(\w+)/g)].map(([, name]) => `${name}`).toSorted()

/** By key, but for what the server says. */
function textsOf(node: object, path = ''): Map<string, string> {
  const all = Object.entries(node).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[path + name, value]] : [...textsOf(value as object, `${path}${name}.`)],
  )
  return new Map(all.filter(([key]) => !SAID_BY_SERVER.test(key)))
}

test('every language has the same texts with the same values in them', () => {
  assert.ok(TRANSLATIONS.has('de'))
  const english = textsOf(en)
  for (const [language, all] of TRANSLATIONS) {
    const texts = textsOf(all)
    assert.deepEqual([...texts.keys()].toSorted(), [...english.keys()].toSorted(), language)
    for (const [key, text] of english)
      assert.deepEqual(valuesOf(texts.get(key)), valuesOf(text), `${language}: ${key}`)
  }
})

test('every setting, every problem and every reason of a job is said in each language, and nothing else is', () => {
  for (const [language, { settings, problems, jobs }] of TRANSLATIONS)
    for (const [said, known] of [
      [settings.means, VARIABLES],
      [problems, PROBLEMS],
      [jobs.reasons, JOB_REASONS],
    ] as const)
      assert.deepEqual(Object.keys(said).toSorted(), Object.keys(known).toSorted(), language)
})

/** Sentences that only programs read, or that repeat what a program sent. */
const NOT_SHOWN =
  /^(Metrics are read|Send JSON|The body is|Nothing answers|Another process|This is not a font|This process is of|Nobody waited|The state must be|\{\{\}\}: \{\{\}\}$)/

test('every sentence of a problem that people are shown is said in each language, and nothing else is', () => {
  const sources = globSync('server/**/*.ts').filter((path) => !path.endsWith('.test.ts'))
  const all = sources.map((path) => readFileSync(path, 'utf8')).join('\n')
  const sentences = [
    ...all.matchAll(/new Problem\(\s*'[a-z-]+',\s*(?:[\w.]+ \?\? )?('[^'\n]*'|`[^`]*`)/g),
    ...all.matchAll(/const says = ('[^'\n]*')/g),
    // What is wrong with a file.
    ...all.matchAll(/new MediaRefused\(\s*('[^'\n]*'|`[^`]*`)/g),
    ...all.matchAll(/return ('The (?:file|server|disk) [^'\n]*'|`The file [^`]*`)/g),
    ...all.matchAll(/\['encode-failed', ('[^'\n]*')\]/g),
    // What scans say at their end.
    ...all.matchAll(/progress\.message = ('[^'\n]*'|`[^`]*`)/g),
    // What schemas, settings and limits refuse.
    ...all.matchAll(/(`(?:“\$\{(?:field|String)|\$\{name\} must |Too many )[^`]*`)/g),
  ].map(([, text = '']) => text.slice(1, -1).replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '{{}}'))
  const shown = [...new Set(sentences.filter((text) => !NOT_SHOWN.test(text)))].toSorted()
  for (const [language, { says }] of TRANSLATIONS) {
    const said = Object.keys(says).map((text) => text.replaceAll(/\{\{\w+\}\}/g, '{{}}'))
    assert.deepEqual([...new Set(said)].toSorted(), shown, language)
    for (const [english, text] of Object.entries(says)) assert.deepEqual(valuesOf(text), valuesOf(english))
  }
})

test('everything that speaks for or against a match is said in each language, and nothing else is', () => {
  const files = { year: 1979, durationSeconds: 7000, episodes: [], ids: {} }
  const evidence: Evidence = { kind: 'movie', names: ['Alien'], ...files }
  const film = { name: 'Alien', originalName: null, otherNames: [], year: 1979, runtimeSeconds: 7020 }
  const seasons = [{ season: 1, episodes: 8 }]
  const option: Option = { remoteId: 1, ...film, seasons, votes: 9, ids: {} }
  const pairs: [Partial<Evidence>, Partial<Option>][] = [
    [{}, {}],
    [{ names: ['Aliens'], year: null, durationSeconds: null }, {}],
    [{ year: 1978 }, { name: 'Zzz', originalName: 'Alien' }],
    [{ names: ['Aliens'] }, { name: 'Zzz', originalName: 'Alien', year: null }],
    [{}, { name: 'Zzz', otherNames: ['Alien'] }],
    [{ names: ['Aliens'] }, { name: 'Zzz', otherNames: ['Alien'] }],
    [{ names: [] }, {}],
    [{ kind: 'tv', episodes: [{ season: 1, number: 3 }] }, {}],
  ]
  const scored = pairs.flatMap(
    ([here, there]) => score({ ...evidence, ...here }, { ...option, ...there }).parts,
  )
  const said = [...scored.map(({ detail }) => detail), 'chosen by hand']
  for (const [language, { proofs }] of TRANSLATIONS) {
    for (const detail of said)
      if (!/^\d+$/.test(detail)) assert.notEqual(sayBy(proofs, detail), detail, language)
    for (const english of Object.keys(proofs))
      assert.ok(
        said.some((detail) => sayBy({ [english]: '' }, detail) === ''),
        `${language}: ${english}`,
      )
  }
  const german = TRANSLATIONS.get('de')?.proofs ?? {}
  assert.equal(sayBy(german, '116 min here, 117 min there'), 'hier 116 Min., dort 117 Min.')
})

test('everything that an administrator does has words', async () => {
  const modules = (await Promise.all(
    globSync('shared/api/*.ts').map((path) => import(`../${path}`)),
  )) as Record<string, Partial<Endpoint>>[]
  const changing = modules
    .flatMap((module) => Object.values(module))
    .filter(({ access, method }) => access === 'admin' && method !== 'GET')
  assert.deepEqual(
    Object.keys(en.audit.actions).toSorted(),
    changing.map(({ method, path }) => actionKey(`${method} ${path}`)).toSorted(),
  )
})

test('every kind of job has a name', () => {
  const texts = textsOf(en.jobs.kinds)
  assert.deepEqual([...texts.keys()].toSorted(), JOB_KINDS.map(({ kind }) => kind).toSorted())
})
