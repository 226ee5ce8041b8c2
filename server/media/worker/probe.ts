// Opens one media file and describes it. Runs in a media worker, so that hostile bytes cannot reach the server.
import { closeSync, openSync, statSync } from 'node:fs'
import { AV_LOG_FATAL, AVMEDIA_TYPE_SUBTITLE } from 'node-av/constants'
import { Dictionary, FormatContext, Log, Packet, type Stream } from 'node-av/lib'
import type { Chapter, MediaInfo } from '#shared/media.ts'
import { onDisk } from '../../platform/path-text.ts'
import { readMatroskaChapters } from '../containers/matroska.ts'
import { readMp4Chapters } from '../containers/mp4.ts'
import { MediaRefused } from '../media-engine.ts'
import { fillIn, startsOf, takeShortcut } from './shortcut.ts'
import { hasHdr10PlusMessage, isDescribed, tracksOf } from './tracks.ts'

/**
 * Demuxers that read one file and nothing else. Playlists (hls, dash, concat, sdp, imf) are left out on purpose:
 * they make the library open other files and addresses.
 */
const FORMATS =
  'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,live_flv,ogg,asf,asf_o,rm,wav,w64,flac,mp3,' +
  'aac,ac3,eac3,dts,dtshd,truehd,amr,aiff,caf,au,h264,hevc,m4v,ivf,obu,av1,dv,mxf,gxf,wtv,nut,nsv,nuv,swf,vc1,' +
  'ass,srt,webvtt,subviewer,microdvd,sup,vobsub'

/** Enough for any film; more is an attack or damage. */
const MAX_STREAMS = 200
const MAX_TAG_LENGTH = 500
const TIME_LIMIT_MS = 4000

/** The first look decodes at most this much; a file that stays unclear gets ten times as much, once. */
const FIRST_LOOK = { analyzeUs: 1_000_000n, bytes: 1_000_000n }
const SECOND_LOOK = { analyzeUs: 10_000_000n, bytes: 10_000_000n }

/** HDR10+ messages ride on the frames: so many packets are looked at before it counts as plain HDR10. */
const HDR10_PLUS_PACKETS = 8

export async function probeFile(path: string): Promise<MediaInfo> {
  Log.setLevel(AV_LOG_FATAL)
  const stat = statSync(onDisk(path), { throwIfNoEntry: false })
  if (!stat) throw new MediaRefused('The file is not there any more.')
  if (!stat.isFile()) throw new MediaRefused('This is not a regular file.')
  if (stat.size === 0) throw new MediaRefused('The file is empty.')

  const first = await look(path, stat.size, FIRST_LOOK, true)
  if (first?.isComplete) return first.info
  const second = await look(path, stat.size, first ? SECOND_LOOK : FIRST_LOOK)
  if (!second) throw new MediaRefused('The file has nothing that can be played.')
  return second.info
}

async function look(path: string, sizeBytes: number, effort: typeof FIRST_LOOK, mayBeShort = false) {
  const context = await openFile(path, effort)
  const timer = setTimeout(() => context.interrupt(), TIME_LIMIT_MS)
  try {
    const known = takeShortcut(context, mayBeShort ? context.streams : [])
    const found = await context.findStreamInfo(null)
    const streams = context.streams
    const formatName = context.iformat?.name ?? 'unknown'
    const starts = known && (await startsOf(context, known))
    // Nothing to be played behind a good header: what the decoder makes of it counts.
    if (known && !starts) return null
    if (known) fillIn(known)
    if (found < 0 && streams.length === 0)
      throw new MediaRefused('No video, sound or subtitles were found in the file.')
    const tracks = tracksOf(streams)
    if (tracks.video.length + tracks.audio.length + tracks.subtitles.length === 0)
      throw new MediaRefused('The file has no video, sound or subtitles that can be used.')
    for (const track of tracks.video)
      if (track.hdr === 'hdr10' && (await carriesHdr10Plus(context, track.index))) track.hdr = 'hdr10+'

    if (starts && isMatroska(formatName))
      for (const track of tracks.video) track.startSeconds = starts.get(track.index) ?? track.startSeconds
    const durationSeconds = micros(context.duration)
    const bitrate = Number(context.bitRate)
    const chapters = chaptersOf(path, formatName, durationSeconds)
    const info: MediaInfo = {
      formatName,
      container: containerOf(formatName, path),
      durationSeconds,
      startSeconds:
        (starts && isMatroska(formatName) ? earliest(tracks, streams) : micros(context.startTime)) ?? 0,
      bitrateBps:
        bitrate > 0 ? bitrate : durationSeconds ? Math.round((sizeBytes * 8) / durationSeconds) : null,
      title: context.metadata?.get('title')?.slice(0, MAX_TAG_LENGTH) || null,
      ...tracks,
      chapters,
    }
    return { info, isComplete: streams.every(isDescribed) }
  } finally {
    clearTimeout(timer)
    await context.closeInput()
  }
}

/** An opened input with every guard in place; the caller closes it. */
export async function openFile(path: string, effort = FIRST_LOOK): Promise<FormatContext> {
  const context = new FormatContext()
  context.allocContext()
  context.maxStreams = MAX_STREAMS
  context.probesize = effort.bytes
  context.maxAnalyzeDuration = effort.analyzeUs
  const options = Dictionary.fromObject({ format_whitelist: FORMATS, protocol_whitelist: 'file' })
  const timer = setTimeout(() => context.interrupt(), TIME_LIMIT_MS)
  const file = onDisk(path)
  try {
    // FFmpeg is given text: a name that is no UTF-8 is opened here, and there by the number it has meanwhile.
    using held = typeof file === 'string' ? null : holdOpen(file)
    // The prefix keeps a name such as `concat:…` or `a:b.mkv` from being read as a protocol.
    const code = await context.openInput(`file:${held?.path ?? path}`, null, options)
    if (code < 0) throw new MediaRefused(openFailure(code))
    return context
  } finally {
    clearTimeout(timer)
    options.free()
  }
}

/** Such names exist on Linux alone: other systems refuse or rewrite them. */
function holdOpen(file: Buffer): Disposable & { path: string } {
  const fd = openSync(file, 'r')
  return { path: `/proc/self/fd/${fd}`, [Symbol.dispose]: () => closeSync(fd) }
}

const errno = (n: number) => -n
const tagError = (text: string) =>
  -text.split('').reduce((sum, char, at) => sum + (char.charCodeAt(0) << (8 * at)), 0)
const INVALID_DATA = tagError('INDA')
const END_OF_FILE = tagError('EOF ')

function openFailure(code: number): string {
  if (code === errno(2)) return 'The file is not there any more.'
  if (code === errno(13) || code === errno(1))
    return 'The server may not read this file: check its permissions.'
  if (code === errno(5)) return 'The disk reported an error while the file was read.'
  if (code === errno(22))
    return 'The file is a list of other files or not a media file: lists are not opened, for safety.'
  if (code === INVALID_DATA) return 'The file is damaged or not a media file.'
  if (code === END_OF_FILE) return 'The file ends before its contents begin: it is cut off.'
  return `The file cannot be opened (FFmpeg error ${code}).`
}

const NO_TIME = -(2n ** 63n)
const micros = (time: bigint): number | null => (time === NO_TIME ? null : Number(time) / 1e6)

export const isMatroska = (formatName: string) => formatName.startsWith('matroska')

/** As libavformat's `update_stream_timings`: texts count when they begin less than a second before the rest. */
function earliest({ video, audio }: Pick<MediaInfo, 'video' | 'audio'>, streams: readonly Stream[]) {
  const played = Math.min(...[...video, ...audio].flatMap(({ startSeconds }) => startSeconds ?? []))
  const texts = streams.flatMap(({ codecpar, startTime, timeBase: { num, den } }) =>
    codecpar.codecType === AVMEDIA_TYPE_SUBTITLE && startTime !== NO_TIME
      ? (Number(startTime) * num) / den
      : [],
  )
  const text = Math.min(...texts)
  const start = played === Infinity || (text < played && played - text < 1) ? text : played
  return start === Infinity ? null : start
}

function containerOf(formatName: string, path: string): string {
  if (formatName.startsWith('mov,')) return 'mp4'
  if (formatName.startsWith('matroska')) return /\.(webm)$/i.test(path) ? 'webm' : 'matroska'
  return formatName.split(',')[0] ?? formatName
}

/** Chapters are an extra: a damaged table never makes a file unusable. */
function chaptersOf(path: string, formatName: string, durationSeconds: number | null): Chapter[] {
  try {
    if (formatName.startsWith('mov,')) return readMp4Chapters(path, durationSeconds)
    if (formatName.startsWith('matroska')) return readMatroskaChapters(path, durationSeconds)
  } catch {
    return []
  }
  return []
}

async function carriesHdr10Plus(context: FormatContext, index: number): Promise<boolean> {
  const packet = new Packet()
  packet.alloc()
  try {
    for (let seen = 0, read = 0; seen < HDR10_PLUS_PACKETS && read < 200; read += 1) {
      if ((await context.readFrame(packet)) < 0) return false
      const isWanted = packet.streamIndex === index
      const found = isWanted && hasHdr10PlusMessage(packet)
      packet.unref()
      if (found) return true
      if (isWanted) seen += 1
    }
    return false
  } finally {
    packet.free()
  }
}
