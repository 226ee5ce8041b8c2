// Walks playlists like a player: reads them, fetches segments in any order, joins them to a file for a decoder.
import assert from 'node:assert/strict'

export type MediaPlaylist = {
  map: string
  segments: { uri: string; durationSeconds: number }[]
  text: string
}
export type MasterPlaylist = { video: string[]; audio: string[]; subtitles: string[]; text: string }

type Get = (path: string) => Promise<Response>

const uriOf = (line: string): string => /URI="([^"]+)"/.exec(line)?.[1] ?? ''

export function createHlsViewer(get: Get) {
  const text = async (path: string): Promise<string> => {
    const response = await get(path)
    assert.equal(response.status, 200, `${response.status} ${await response.clone().text()}`)
    return response.text()
  }
  const bytes = async (path: string): Promise<Buffer> => {
    const response = await get(path)
    assert.equal(response.status, 200, `${response.status} for ${path.split('/').slice(-2).join('/')}`)
    return Buffer.from(await response.arrayBuffer())
  }
  const beside = (path: string, uri: string): string => `${path.slice(0, path.lastIndexOf('/') + 1)}${uri}`

  return {
    async master(path: string): Promise<MasterPlaylist> {
      const body = await text(path)
      const lines = body.split('\n')
      const media = (type: string) =>
        lines.filter((l) => l.startsWith(`#EXT-X-MEDIA:TYPE=${type}`)).map((l) => beside(path, uriOf(l)))
      const video = lines.filter((l) => l !== '' && !l.startsWith('#')).map((uri) => beside(path, uri))
      return { video, audio: media('AUDIO'), subtitles: media('SUBTITLES'), text: body }
    },

    async media(path: string): Promise<MediaPlaylist> {
      const body = await text(path)
      assert.match(body, /#EXT-X-ENDLIST\n$/)
      const lines = body.split('\n')
      const segments = lines.flatMap((line, n) =>
        line.startsWith('#EXTINF:')
          ? [{ uri: beside(path, lines[n + 1] ?? ''), durationSeconds: Number(line.slice(8, -1)) }]
          : [],
      )
      const map = lines.find((l) => l.startsWith('#EXT-X-MAP'))
      return { map: map ? beside(path, uriOf(map)) : '', segments, text: body }
    },

    bytes,

    /** All segments fetched in a shuffled but repeatable order, joined in theirs behind the init segment. */
    async joined(playlist: MediaPlaylist): Promise<Buffer> {
      const parts: Buffer[] = []
      for (const n of shuffled(playlist.segments.length))
        parts[n] = await bytes(playlist.segments[n]?.uri ?? '')
      return Buffer.concat([await bytes(playlist.map), ...parts])
    },
  }
}

/** 0…count-1 in an order that jumps about and is the same each time. */
export function shuffled(count: number): number[] {
  const order = Array.from({ length: count }, (_, n) => n)
  let seed = 7
  for (let n = count - 1; n > 0; n--) {
    seed = (seed * 16_807) % 2_147_483_647
    const m = seed % (n + 1)
    ;[order[n], order[m]] = [order[m] ?? 0, order[n] ?? 0]
  }
  return order
}

/** `tfdt` of every fragment, in ticks (ISO 14496-12 §8.8.12). */
export function decodeTimes(bytes: Buffer): number[] {
  const times: number[] = []
  for (let at = bytes.indexOf('tfdt'); at >= 0; at = bytes.indexOf('tfdt', at + 4))
    times.push(bytes[at + 4] === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : bytes.readUInt32BE(at + 8))
  return times
}
