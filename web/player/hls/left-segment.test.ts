// What is held back of a segment is forgotten with it, after what hls.js itself does then.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forgetLeftPictures, forgetLeftSound } from './left-segment.ts'

for (const forget of [forgetLeftPictures, forgetLeftSound])
  test(`${forget.name}: a segment that is left leaves nothing behind`, () => {
    const done: string[] = []
    class Controller {
      resetLoadingState(): void {
        done.push('state')
      }
      resetTransmuxer(): void {
        done.push('rest')
      }
    }
    const Forgetful = forget(Controller as never) as unknown as typeof Controller
    new Forgetful().resetLoadingState()
    assert.deepEqual(done, ['state', 'rest'])
  })
