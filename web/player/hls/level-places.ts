// Which of the player's qualities each level of hls.js is: the library sorts by codec before bit rate, so names decide (pure).
import type { Quality } from '../player-state.ts'

/** For each address of a level its place in the list; -1 for one that is not in it. */
export const placesOf = (uris: readonly string[], qualities: readonly Quality[]): number[] =>
  uris.map((uri) => {
    const folder = uri.split('/').at(-2) ?? ''
    return qualities.findIndex(({ name }) => folder.replace(/-b\d+$/, '') === `v-${name}`)
  })
