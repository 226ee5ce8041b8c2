// The probe against what ffprobe says of the same real files, odd and hostile ones among them.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { MediaInfo } from '#shared/media.ts'
import { MediaRefused } from '../media-engine.ts'
import { keyframesOf } from './keyframes.ts'
import { probeFile } from './probe.ts'

type Stream = Record<string, string | number | undefined> & {
  index: number
  codec_type: string
  disposition: Record<string, number>
  tags?: Record<string, string>
  side_data_list?: Record<string, string | number>[]
}
type Truth = {
  file: string
  ffprobe: {
    rc: number
    output: {
      streams?: Stream[]
      chapters?: { start_time: string; end_time: string; tags?: { title?: string } }[]
      format?: Record<string, string>
    }
  }
}

const corpus = join(import.meta.dirname, '../../../../shared/corpora/media')
const skip = existsSync(join(corpus, 'truth.json')) ? false : 'the media corpus is not here'
const truth: Truth[] = skip ? [] : JSON.parse(readFileSync(join(corpus, 'truth.json'), 'utf8'))

/**
 * Where FFmpeg 8 says something else than the corpus's ffprobe 5.1, file by file: it counts a fragmented file's real
 * length, knows AC-4, does not take Opus' pre-skip for a start, and says less of tracks it cannot decode.
 */
const OTHER_IN_FFMPEG_8: Record<string, RegExp> = {
  'androidx__bear-opus-negative-gain.mka': /start:/,
  'libwebm__bbb_480p_vp9_opus_1second.webm': /start:/,
  'exiftool__QuickTime.mov': /duration/,
  'androidx__sample_ac4.mp4': /channels|layout|sample rate/,
  'androidx__sample_fragmented.mp4': /duration/,
  'androidx__sample_sef_slow_motion.mp4': /duration|profile/,
  'mp4parse__test_case_1185230.mp4': /duration|profile/,
}

const ratio = (text: string | number | undefined) => {
  const [num = 0, den = 0] = String(text ?? '0:0')
    .split(/[:/]/)
    .map(Number)
  return num > 0 && den > 0 ? num / den : null
}

function differences(
  info: MediaInfo,
  { streams = [], chapters = [], format = {} }: Truth['ffprobe']['output'],
) {
  const found: string[] = []
  const same = (what: string, ours: unknown, theirs: unknown, tolerance = 0) => {
    const near =
      typeof ours === 'number' && typeof theirs === 'number' && Math.abs(ours - theirs) <= tolerance + 1e-9
    if (!near && ours !== theirs) found.push(`${what}: ${String(ours)} instead of ${String(theirs)}`)
  }
  const number = (text: string | number | undefined) => (text === undefined ? null : Number(text))
  const name = (text: string | number | undefined) => (text === undefined || text === 'unknown' ? null : text)
  same('format', info.formatName, format['format_name'])
  same('duration', info.durationSeconds, number(format['duration']), 0.05)
  same('start', info.startSeconds, number(format['start_time']) ?? 0, 0.002)
  const formatTags = Object.entries((format['tags'] ?? {}) as Record<string, string>)
  same('title', info.title, formatTags.find(([key]) => key.toLowerCase() === 'title')?.[1] ?? null)
  same('chapters', info.chapters.length, chapters.length)
  chapters.forEach((one, nth) => {
    same(`chapter ${nth} start`, info.chapters[nth]?.startSeconds, Number(one.start_time), 0.001)
    same(`chapter ${nth} end`, info.chapters[nth]?.endSeconds, Number(one.end_time), 0.1)
    same(`chapter ${nth} title`, info.chapters[nth]?.title, one.tags?.title ?? null)
  })
  for (const stream of streams) {
    const at = `#${stream.index} `
    const tags = Object.fromEntries(Object.entries(stream.tags ?? {}).map(([k, v]) => [k.toLowerCase(), v]))
    const common = [...info.video, ...info.audio, ...info.subtitles].find((one) => one.index === stream.index)
    const isPicture = stream.disposition['attached_pic'] === 1
    if (isPicture || stream.codec_type === 'attachment') {
      same(
        `${at}attachment`,
        info.attachments.some((one) => one.index === stream.index),
        true,
      )
      continue
    }
    if (!['video', 'audio', 'subtitle'].includes(stream.codec_type)) continue
    if (!common) {
      found.push(`${at}missing`)
      continue
    }
    same(`${at}codec`, common.codec, stream['codec_name'] ?? common.codec)
    if (stream['profile'] !== undefined && !/^\d+$/.test(String(stream['profile'])))
      same(`${at}profile`, common.profile, stream['profile'])
    same(`${at}language`, common.language, tags['language'] === 'und' ? null : (tags['language'] ?? null))
    same(`${at}title`, common.title, tags['title'] ?? null)
    same(`${at}default`, common.isDefault, stream.disposition['default'] === 1)
    same(`${at}forced`, common.isForced, stream.disposition['forced'] === 1)
    const video = info.video.find((one) => one.index === stream.index)
    if (stream.codec_type === 'video' && video) {
      for (const [ours, theirs] of [
        ['width', 'width'],
        ['height', 'height'],
      ] as const)
        same(at + ours, video[ours], stream[theirs])
      for (const [ours, theirs] of [
        ['pixelFormat', 'pix_fmt'],
        ['colorRange', 'color_range'],
        ['colorSpace', 'color_space'],
        ['colorPrimaries', 'color_primaries'],
        ['colorTransfer', 'color_transfer'],
      ] as const)
        same(at + ours, video[ours], name(stream[theirs]))
      same(`${at}level`, video.level, Number(stream['level']) >= 0 ? stream['level'] : null)
      same(
        `${at}aspect`,
        video.sampleAspect.num / video.sampleAspect.den,
        ratio(stream['sample_aspect_ratio']) ?? 1,
        0.001,
      )
      const average = ratio(stream['avg_frame_rate'])
      const ours = video.frameRate && video.frameRate.num / video.frameRate.den
      if (average) same(`${at}rate`, ours, average, average * 0.01)
      const rotation = Number(stream.side_data_list?.find((one) => 'rotation' in one)?.['rotation'] ?? 0)
      same(`${at}rotation`, video.rotationDegrees, (360 - rotation) % 360)
      const dovi = stream.side_data_list?.find((one) => 'dv_profile' in one)?.['dv_profile'] ?? null
      same(`${at}dolby vision`, video.dolbyVisionProfile, dovi)
      same(`${at}scan`, video.scan === 'progressive', stream['field_order'] === 'progressive')
      if (stream['bits_per_raw_sample'])
        same(`${at}depth`, video.bitDepth, Number(stream['bits_per_raw_sample']))
    }
    const audio = info.audio.find((one) => one.index === stream.index)
    if (stream.codec_type === 'audio' && audio) {
      same(`${at}channels`, audio.channels, stream['channels'])
      same(`${at}layout`, audio.channelLayout, stream['channel_layout'] ?? null)
      same(`${at}sample rate`, audio.sampleRateHz, Number(stream['sample_rate']))
    }
    if (common && 'startSeconds' in common) {
      same(`${at}start`, common.startSeconds, number(stream['start_time']), 0.002)
      if (stream['duration']) same(`${at}duration`, common.durationSeconds, Number(stream['duration']), 0.05)
    }
  }
  return found
}

test(
  'every real file is described as ffprobe describes it, or refused in words',
  { skip, timeout: 60_000 },
  async (t) => {
    for (const { file, ffprobe } of truth)
      await t.test(file, async () => {
        const info = await probeFile(join(corpus, 'files', file)).catch((error: unknown) => {
          assert.ok(error instanceof MediaRefused, String(error))
          assert.match(error.message, /^[A-Z].+\.$/)
          assert.notEqual(ffprobe.rc, 0, `refused, though ffprobe reads it: ${error.message}`)
        })
        if (!info || ffprobe.rc !== 0) return
        assert.deepEqual(
          differences(info, ffprobe.output).filter((line) => !OTHER_IN_FFMPEG_8[file]?.test(line)),
          [],
        )
      })
  },
)

test(
  'keyframes of the index are the ones that reading the file finds',
  { skip, timeout: 60_000 },
  async () => {
    let compared = 0
    for (const { file } of truth) {
      const path = join(corpus, 'files', file)
      const info = await probeFile(path).catch(() => null)
      const track = info?.video[0]
      if (!info || !track) continue
      const indexed = await keyframesOf(path, info, track.index)
      if (!indexed) continue
      const scanned = await keyframesOf(path, { ...info, container: 'unindexed' }, track.index, {
        scan: true,
      })
      // A Matroska index may leave keyframes out, but may not invent any.
      for (const time of indexed)
        assert.ok(
          scanned?.some((other) => Math.abs(other - time) < 0.002) || scanned?.length === 0,
          `${file}: ${time} of ${indexed.join(' ')} is not among ${scanned?.join(' ')}`,
        )
      compared += 1
    }
    assert.ok(compared > 15, `only ${compared} files had an index`)
  },
)

test('lists of other files are refused, whatever they are called', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'probe-'))
  const traps = {
    'playlist.mkv': '#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n',
    'concat.mp4': "ffconcat version 1.0\nfile '/etc/passwd'\n",
    'session.avi':
      'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n',
    'dash.mkv': '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>',
    'empty.mkv': '',
    'zeros.mp4': '\0'.repeat(100_000),
    'text.mkv': 'hello '.repeat(1000),
    'concat:a|b.mkv': 'nothing',
  }
  try {
    for (const [name, body] of Object.entries(traps)) {
      writeFileSync(join(folder, name), body)
      await assert.rejects(probeFile(join(folder, name)), MediaRefused, name)
    }
    await assert.rejects(probeFile(folder), MediaRefused)
    await assert.rejects(probeFile(join(folder, 'absent.mkv')), MediaRefused)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
