// Copies a track into segments without encoding; no segment depends on where the head began.
import { lastEnd, sampleDurations } from '../copy-times.ts'
import { fragment, type Sample } from '../fragment.ts'
import { initSegment } from '../init.ts'
import { MediaRefused, type CopiedTrack } from '../media-engine.ts'
import { createSteadyClock } from '../sample-line.ts'
import { copyFormat, type CopyFormat } from './copy-format.ts'
import { openCopySource, type CopiedPacket, type CopySource } from './copy-source.ts'
import type { HeadControl, HeadOutput } from './head-control.ts'

/** Times of an index are rounded; a keyframe this near to a start is the start. */
const TOLERANCE_SECONDS = 0.002
/** How far before a start to look when the index leads behind it; then the file is read from its beginning. */
const LOOK_BACK_SECONDS = [0, 1, 5, 30]
/** A segment is handed on in parts of this size, so that a message between processes stays small. */
const FRAGMENT_BYTES = 4 * 1024 * 1024

export async function copiedInit(rendition: CopiedTrack): Promise<Uint8Array> {
  const source = await openCopySource(rendition.path, rendition.trackIndex, rendition.startSeconds)
  try {
    for await (const { data } of source.packets()) return initSegment(copyFormat(source.stream, data).track)
    throw new MediaRefused('The track is empty.')
  } finally {
    await source.close()
  }
}

export async function copyTrack(
  rendition: CopiedTrack,
  fromSegment: number,
  control: HeadControl,
  output: HeadOutput,
): Promise<void> {
  const source = await openCopySource(rendition.path, rendition.trackIndex, rendition.startSeconds)
  try {
    const isVideo = rendition.kind === 'copied-video'
    const segments = createSegments(rendition, fromSegment, source, output)
    for await (const packet of packetsFrom(source, rendition.startsSeconds[fromSegment] ?? 0, isVideo)) {
      await control.turn()
      if (control.stopped) return
      await segments.add(packet)
      if (segments.isOver) return
    }
    await segments.finish()
  } finally {
    await source.close()
  }
}

/** Packets from the keyframe (or the sound's packet) that begins a segment. */
async function* packetsFrom(
  source: CopySource,
  startSeconds: number,
  isVideo: boolean,
): AsyncGenerator<CopiedPacket, void> {
  for (const back of [...LOOK_BACK_SECONDS, Infinity]) {
    // Sound has to be reached from before: whether a packet is the first of a segment shows by the one before it.
    const margin = isVideo ? back : back + 0.2
    const isSeeked = await source.seek(
      back === Infinity ? 0 : startSeconds - margin,
      isVideo ? 'track' : 'file',
    )
    let isBegun = false
    for await (const packet of source.packets()) {
      if (!isBegun) {
        const late = packet.seconds - startSeconds
        if (isVideo ? !packet.isKey || late < -TOLERANCE_SECONDS : false) continue
        if (isSeeked && (isVideo ? late > TOLERANCE_SECONDS : late > -packet.durationSeconds / 2)) break
        isBegun = true
      }
      yield packet
    }
    if (isBegun || !isSeeked) return
  }
}

function createSegments(
  { kind, startsSeconds }: CopiedTrack,
  fromSegment: number,
  source: CopySource,
  output: HeadOutput,
) {
  const isVideo = kind === 'copied-video'
  const last = startsSeconds.length - 2
  let segment = fromSegment
  let format: CopyFormat | null = null
  let steady: ReturnType<typeof createSteadyClock> | null = null
  let waiting: (Pick<Sample, 'pts' | 'isKey' | 'data'> & { durationTicks: number })[] = []
  const startOf = (k: number) => startsSeconds[k] ?? Infinity

  /** The segment is whole; `next`: the time of the sample after it, where there is one. */
  async function end(next: number | null): Promise<void> {
    const { timescale } = format?.track ?? { timescale: 1 }
    const times = waiting.map(({ pts }) => pts)
    const wanted = next ?? Math.round(startOf(segment + 1) * timescale)
    const start = Math.max(0, times[0] ?? Math.round(startOf(segment) * timescale))
    const durations = isVideo
      ? sampleDurations(times, start, next ?? lastEnd([start, ...times], wanted))
      : times.map(
          (time, index) => (times[index + 1] ?? next ?? time + (waiting[index]?.durationTicks ?? 1)) - time,
        )
    const samples = waiting.map(({ pts, isKey, data }, index): Sample => ({
      pts,
      isKey,
      data,
      duration: durations[index] ?? 1,
    }))
    waiting = []
    await handOn(start, samples)
    await output.segmentEnd(segment)
    segment++
  }

  async function handOn(start: number, samples: readonly Sample[]): Promise<void> {
    let dts = start
    let part: Sample[] = []
    let partStart = start
    let bytes = 0
    let number = 1
    for (const [index, sample] of samples.entries()) {
      part.push(sample)
      bytes += sample.data.byteLength
      dts += sample.duration
      if (bytes < FRAGMENT_BYTES && index < samples.length - 1) continue
      // Numbered by place, so that the bytes do not tell where a head began.
      await output.fragment(segment, fragment(segment * 1000 + number++, partStart, part))
      part = []
      partStart = dts
      bytes = 0
    }
    if (samples.length === 0) await output.fragment(segment, fragment(segment * 1000 + number, start, []))
  }

  return {
    get isOver() {
      return segment > last
    },
    async add({ seconds, durationSeconds, isKey, data }: CopiedPacket): Promise<void> {
      format ??= copyFormat(source.stream, data)
      const { timescale } = format.track
      const durationTicks = Math.max(1, Math.round(durationSeconds * timescale))
      if (!isVideo) {
        // The container's rounding goes, so that packets lie on the line of samples.
        const { originSeconds, tickSeconds } = source
        steady ??= createSteadyClock(originSeconds, tickSeconds)
        seconds = steady(seconds, durationTicks / timescale)
      }
      const pts = Math.round(seconds * timescale)
      const margin = isVideo ? TOLERANCE_SECONDS : 0.5 / timescale
      // Before the segment: the packet before a sound's first, the codec's priming.
      if (!isVideo && (seconds < startOf(segment) - margin || pts < 0)) {
        if (waiting.length === 0) return
      }
      while (isKey && segment <= last && seconds >= startOf(segment + 1) - margin) await end(pts)
      if (segment > last) return
      const previous = waiting.at(-1)
      // Sound that runs backwards cannot be played.
      if (!isVideo && previous && pts <= previous.pts) return
      waiting.push({ pts, isKey, data: format.sampleOf(data), durationTicks })
    },
    /** The file is at its end. */
    async finish(): Promise<void> {
      while (segment <= last) await end(null)
    },
  }
}
