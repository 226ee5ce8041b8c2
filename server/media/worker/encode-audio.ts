// Encodes an audio rendition on an absolute line of samples, so that segments of different heads join.
import { AUDIO_FRAME_SAMPLES, audioStarts } from '../boundaries.ts'
import { fragment } from '../fragment.ts'
import { initSegment } from '../init.ts'
import type { EncodedAudio } from '../media-engine.ts'
import { createSampleLine, createSteadyClock } from '../sample-line.ts'
import { openAudioEncoder, type EncodedSound } from './audio-encoder.ts'
import { createAudioFilter } from './audio-filter.ts'
import { openAudioSource } from './audio-source.ts'
import type { HeadControl, HeadOutput } from './head-control.ts'

/** Encoded and dropped before the first segment: a frame overlaps its neighbours, so it needs them. */
const PRE_ROLL_SAMPLES = 2 * AUDIO_FRAME_SAMPLES
/** The first fragment of a segment is about a third of a second, so that a player can begin at once. */
const FIRST_FRAGMENT_FRAMES = 16
/** About a second: whoever sought to the middle of a segment does not wait for its end. */
const FRAGMENT_FRAMES = 48

export async function encodedAudioInit(rendition: EncodedAudio): Promise<Uint8Array> {
  const encoder = openAudioEncoder(rendition)
  try {
    const { channels, sampleRateHz } = rendition
    const { extradata } = encoder
    return initSegment({ codec: 'aac', channels, sampleRateHz, extradata, timescale: sampleRateHz })
  } finally {
    encoder.close()
  }
}

export async function encodeAudio(
  rendition: EncodedAudio,
  fromSegment: number,
  control: HeadControl,
  output: HeadOutput,
): Promise<void> {
  const { boundaries, channels, sampleRateHz } = rendition
  const starts = audioStarts(boundaries, sampleRateHz)
  const first = (starts[fromSegment] ?? 0) - PRE_ROLL_SAMPLES
  const encoder = openAudioEncoder(rendition)
  const line = createSampleLine(channels, AUDIO_FRAME_SAMPLES, first)
  const segments = createSegments(starts, fromSegment, output)
  try {
    await segments.skipEmpty()
    for await (const { at, planes } of soundFrom(rendition, first / sampleRateHz)) {
      for (const block of planes ? line.put(at, planes) : line.silence(at)) {
        for (const sound of encoder.encode(block.start, block.samples)) {
          await control.turn()
          if (control.stopped || segments.isOver) return
          await segments.add(sound)
        }
      }
      if (segments.isOver) return
    }
  } finally {
    encoder.close()
  }
}

/** The track's sound in the rendition's form, then silence without end. */
async function* soundFrom(
  { path, trackIndex, startSeconds, sampleRateHz, channels }: EncodedAudio,
  seconds: number,
) {
  const source = await openAudioSource(path, trackIndex, startSeconds)
  const filter = createAudioFilter(sampleRateHz, channels)
  const steady = createSteadyClock(source.originSeconds, source.tickSeconds)
  try {
    await source.seek(seconds)
    for await (const sound of source.decode()) {
      try {
        const { nbSamples, sampleRate } = sound.frame
        yield* filter.push(sound.frame, steady(sound.seconds, nbSamples / sampleRate))
      } finally {
        sound.frame.free()
      }
    }
    yield* filter.drain()
  } finally {
    filter.close()
    await source.close()
  }
  for (let at = Math.ceil(seconds * sampleRateHz); ; at += sampleRateHz) yield { at, planes: null }
}

/** Cuts packets into segments and these into fragments. */
function createSegments(starts: readonly number[], fromSegment: number, output: HeadOutput) {
  let segment = fromSegment
  let waiting: EncodedSound[] = []
  const startOf = (k: number) => starts[k] ?? Infinity
  const isOver = () => segment + 1 >= starts.length

  async function handOn(): Promise<void> {
    const start = waiting[0]?.start ?? startOf(segment)
    const samples = waiting.map(({ start: pts, data }) => ({
      pts,
      duration: AUDIO_FRAME_SAMPLES,
      isKey: true,
      data,
    }))
    waiting = []
    // Numbered by place, so that the bytes do not tell where a head began.
    await output.fragment(segment, fragment(start / AUDIO_FRAME_SAMPLES + 1, start, samples))
  }

  const isFragmentEnd = (end: number): boolean => {
    const frames = (end - startOf(segment)) / AUDIO_FRAME_SAMPLES - FIRST_FRAGMENT_FRAMES
    return frames >= 0 && frames % FRAGMENT_FRAMES === 0
  }

  async function finish(): Promise<void> {
    await handOn()
    await output.segmentEnd(segment)
    segment++
  }

  /** A segment shorter than a frame may hold none. */
  async function skipEmpty(): Promise<void> {
    while (!isOver() && startOf(segment) === startOf(segment + 1)) await finish()
  }

  return {
    get isOver() {
      return isOver()
    },
    skipEmpty,
    async add(sound: EncodedSound): Promise<void> {
      if (sound.start < startOf(segment)) return
      waiting.push(sound)
      const end = sound.start + AUDIO_FRAME_SAMPLES
      if (end >= startOf(segment + 1)) {
        await finish()
        await skipEmpty()
      } else if (isFragmentEnd(end)) await handOn()
    },
  }
}
