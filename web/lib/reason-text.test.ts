// Sentences of the server in another language, with the values that are in them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import de from '../locales/de.json' with { type: 'json' }
import { sayBy } from './reason-text.ts'

test('a sentence is said in German with its values; what nobody translated stays', () => {
  const say = (said: string): string => sayBy(de.says, said)
  assert.equal(say('Too many tries. Wait 9 seconds.'), 'Zu viele Versuche. Warten Sie 9 Sekunden.')
  const inGerman = (value: string) => (value === 'password' ? 'Passwort' : value)
  assert.equal(sayBy(de.says, '“password” is missing.', inGerman), '„Passwort“ fehlt.')
  assert.equal(
    say('/a (b)/c overlaps /a.*, which is in a library already.'),
    '/a (b)/c überschneidet sich mit /a.*, das schon zu einer Bibliothek gehört.',
  )
  assert.equal(say('There is already somebody called $& {{name}}.'), '$& {{name}} gibt es hier schon.')
  assert.equal(say('moov atom not found'), 'moov atom not found')
})
