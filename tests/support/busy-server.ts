// Uses a server as people do, without browsers: looks around, plays with conversion, holds a party.
import assert from 'node:assert/strict'
import { io } from 'socket.io-client'
import { getHome, listMovies, searchTitles } from '../../shared/api/catalog.ts'
import { createParty, endParty } from '../../shared/api/party.ts'
import { reportPlayback, startPlayback, stopPlayback } from '../../shared/api/playback.ts'
import { PROTOCOL_VERSION } from '../../shared/party/protocol.ts'
import type { Client } from './app.ts'
import { createHlsViewer } from './hls-viewer.ts'

/** A browser that plays nothing as it is: everything is encoded for it. */
export const PLAYS_NOTHING = { mse: [], direct: [], maxWidth: 1920, maxHeight: 1080 }

/** The id of the film of this name, as soon as it is there. */
export async function lookAround(client: Client, name: string): Promise<string> {
  await client.call(getHome, {})
  await client.call(searchTitles, { query: { q: 'glass' } })
  for (;;) {
    const { items } = await client.call(listMovies, { query: {} })
    const film = items.find((title) => title.name === name)
    if (film) return film.id
    await new Promise((go) => setTimeout(go, 50))
  }
}

/** Plays a title's first segments, twice over, and reports what a player would. */
export async function watch(client: Client, titleId: string): Promise<void> {
  const { id, hlsUrl } = await client.call(startPlayback, {
    body: { titleId, capabilities: PLAYS_NOTHING },
  })
  const viewer = createHlsViewer((path) => client.request(path))
  const { video, audio } = await viewer.master(hlsUrl ?? '')
  for (const playlist of [video.at(-1), audio[0]]) {
    const { map, segments } = await viewer.media(playlist ?? '')
    await viewer.bytes(map)
    for (const { uri } of segments.slice(0, 2)) await viewer.bytes(uri)
    await viewer.bytes(segments[0]?.uri ?? '')
  }
  const seen = { positionSeconds: 3, paused: false, firstFrameMs: 280, stalls: 1, droppedFrames: 2 }
  await client.call(reportPlayback, { params: { id }, body: { ...seen, seeksMs: [120, 400] } })
  await client.call(reportPlayback, { params: { id }, body: { ...seen, error: 'media: a test' } })
  await client.call(stopPlayback, { params: { id } })
}

/** One member in a party of their own, who commands and says how far they drift. */
export async function party(client: Client, url: string, titleId: string): Promise<void> {
  const { code } = await client.call(createParty, { body: { titleId } })
  const socket = io(url, {
    transports: ['websocket'],
    forceNew: true,
    extraHeaders: { cookie: client.cookieHeader() },
  })
  const tell = async (event: string, payload: object) => {
    const reply = await socket.emitWithAck(event, payload)
    assert.ok(reply.ok, JSON.stringify(reply))
    return reply
  }
  try {
    const { state } = await tell('join', { version: PROTOCOL_VERSION, code })
    await tell('seek', { commandId: 'one', baseSeq: state.seq, positionSeconds: 5 })
    await tell('status', { driftMs: -12, bufferedSeconds: 20, roundTripMs: 8, uncertaintyMs: 2 })
  } finally {
    socket.disconnect()
    await client.call(endParty, { params: { code } })
  }
}
