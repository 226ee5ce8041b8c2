// Every file of a corpus of odd ones plays, judged by an independent decoder, or the server says in words why not.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startPlayback, stopPlayback } from '../../shared/api/playback.ts'
import type { ClientCapabilities, MediaInfo } from '../../shared/media.ts'
import { createMediaEngine } from '../../server/media/engine.ts'
import { type MediaEngine, MediaRefused } from '../../server/media/media-engine.ts'
import { questionsOf } from '../../server/playback/decide.ts'
import { createClient } from '../support/app.ts'
import { createHlsViewer, type MediaPlaylist } from '../support/hls-viewer.ts'
import { createLonePlayback } from '../support/playback.ts'

const CORPUS = fileURLToPath(new URL('../../../shared/corpora/media/files/', import.meta.url))
const reasonToSkip = !existsSync(CORPUS)
  ? 'the corpus is not here'
  : spawnSync('ffmpeg', ['-version']).status !== 0
    ? 'ffmpeg is not installed: nobody independent to decode what was encoded'
    : false
/** Seconds on a machine at rest; a busy one is no failure. */
const FILE_MS = 180_000
/** A sentence: several words that begin like one and end like one. */
const SENTENCE = /^[\p{Lu}\d].{10,}[.!?]$/su

/** What one of FFmpeg's own programs says; the other file goes on meanwhile. */
async function saidBy(program: string, args: readonly string[], input?: Buffer) {
  const child = spawn(program, args, { timeout: 60_000 })
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const [out, complaints] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { out, complaints: complaints.trim() }
}

/** Frames (or sound frames) that FFmpeg decodes of fragmented MP4, and what it complains of. */
async function decode(bytes: Buffer): Promise<{ frames: number; complaints: string }> {
  const count = '-v error -count_frames -show_entries stream=nb_read_frames -of csv=p=0 -'
  const { out, complaints } = await saidBy('ffprobe', count.split(' '), bytes)
  return { frames: Number.parseInt(out, 10) || 0, complaints }
}

/** How many frames of the source FFmpeg's own program decodes, at most a few. */
async function othersDecode(path: string, rendition: string): Promise<number> {
  const map = rendition.startsWith('v') ? '0:V:0' : `0:${/\d+/.exec(rendition)?.[0]}`
  const frames = rendition.startsWith('v') ? '-frames:v' : '-frames:a'
  const few = ['-v', 'quiet', '-i', path, '-map', map, frames, '3', '-f', 'framecrc', '-']
  const { out } = await saidBy('ffmpeg', few)
  return out.split('\n').filter((line) => /^\d/.test(line)).length
}

const othersComplain = async (path: string): Promise<boolean> =>
  (await saidBy('ffmpeg', ['-v', 'error', '-i', path, '-t', '20', '-f', 'null', '-'])).complaints !== ''

type Source = { path: string; media: MediaInfo; keyframes: number[] | null }

async function open(engine: MediaEngine, path: string): Promise<Source> {
  const media = await engine.probe(path)
  const index = media.video[0]?.index
  const keyframes = index === undefined ? null : await engine.keyframes(path, media, index)
  return { path, media, keyframes }
}

async function walk(url: string, { path, media }: Source, isCapable: boolean): Promise<string> {
  const client = createClient(url)
  const capabilities: ClientCapabilities = {
    mse: isCapable ? questionsOf(media).mse : [],
    direct: [],
    // One rung of the ladder: the server begins no other one on a guess.
    maxWidth: 640,
    maxHeight: 360,
    hdr: true,
    maxAudioChannels: 6,
  }
  const reply = await client.request(startPlayback.path, {
    method: 'POST',
    body: JSON.stringify({ titleId: 't1', capabilities }),
    headers: { 'content-type': 'application/json' },
  })
  if (!reply.ok) {
    const { detail = '' } = (await reply.json()) as { detail?: string }
    assert.match(detail, SENTENCE)
    return `refused: ${detail}`
  }
  const { id, hlsUrl, method } = (await reply.json()) as { id: string; hlsUrl: string; method: string }
  const hls = createHlsViewer((p) => client.request(p))
  const master = await hls.master(hlsUrl)
  const rendition = async (uri: string | undefined): Promise<string> => {
    if (uri === undefined) return '-'
    const name = uri.split('/').at(-2) ?? ''
    const playlist = await hls.media(uri)
    const replies = await Promise.all(
      pick(playlist).map(async (part) => {
        const reply = await client.request(part.uri)
        return { ok: reply.ok, status: reply.status, body: Buffer.from(await reply.arrayBuffer()) }
      }),
    )
    const refused = replies.find((reply) => !reply.ok)
    if (refused) {
      const { detail = '' } = JSON.parse(refused.body.toString()) as { detail?: string }
      assert.match(detail, SENTENCE, `${refused.status} for ${name}`)
      // FFmpeg's program takes what is encrypted for damaged pictures and shows some.
      if (!detail.includes('encrypted'))
        assert.equal(await othersDecode(path, name), 0, `${detail} But others decode it (${name}).`)
      return `${name}: ${detail}`
    }
    const parts = replies.map(({ body }) => body)
    const { frames, complaints } = await decode(Buffer.concat([await hls.bytes(playlist.map), ...parts]))
    // A copy hands on what is broken in the source, too.
    const isFine = complaints === '' && frames > 0
    if (!isFine && !(name.endsWith('-original') && (await othersComplain(path)))) {
      assert.equal(complaints, '', name)
      assert.ok(frames > 0, `nothing to decode in ${name}`)
    }
    return `${name} ${frames}`
  }
  const video = isCapable ? master.video[0] : master.video.at(-1)
  const found = `${method}: ${await rendition(video)} | ${await rendition(master.audio[0])}`
  await client.call(stopPlayback, { params: { id } })
  return found
}

/** The first, a middle and the last segment. */
const pick = ({ segments }: MediaPlaylist) => [
  ...new Set([segments[0], segments[segments.length >> 1], segments.at(-1)].filter((s) => s !== undefined)),
]

test(
  'every odd file plays or is refused with a sentence',
  { skip: reasonToSkip, concurrency: 2 },
  async (t) => {
    await using engine = createMediaEngine()
    const only = process.env['CORPUS_ONLY'] ?? ''
    const names = readdirSync(CORPUS).filter((name) => !name.endsWith('.srt') && name.includes(only))
    const tests = names.map((name) =>
      t.test(name, { timeout: FILE_MS }, async (one) => {
        try {
          const source = await open(engine, CORPUS + name)
          await using lone = await createLonePlayback({ engine, ...source })
          one.diagnostic(`encoded ${await walk(lone.url, source, false)}`)
          one.diagnostic(`copied  ${await walk(lone.url, source, true)}`)
        } catch (error) {
          if (!(error instanceof MediaRefused)) throw error
          assert.match(error.message, SENTENCE)
          one.diagnostic(`refused: ${error.message}`)
        }
      }),
    )
    await Promise.all(tests)
  },
)
