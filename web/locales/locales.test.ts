// Every language says all that English says, with the same placeholders.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import de from './de.json' with { type: 'json' }
import en from './en.json' with { type: 'json' }

type Texts = { [key: string]: string | Texts }

const flat = (texts: Texts, path = ''): [string, string][] =>
  Object.entries(texts).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[path + key, value]] : flat(value, `${path}${key}.`),
  )
const shape = (texts: Texts) =>
  flat(texts).map(
    ([key, text]) =>
      `${key} ${[...text.matchAll(/\{\{\w+\}\}/g)]
        .map(String)
        .toSorted((a, b) => a.localeCompare(b))
        .join(' ')}`,
  )

test('German is complete', () => assert.deepEqual(shape(de), shape(en)))
