// Sound of any form to float planes of one rate and channel count, its drift against the clock stretched away.
import { AV_BUFFERSRC_FLAG_KEEP_REF } from 'node-av/constants'
import { FFmpegError, FilterGraph, Frame, type FilterContext } from 'node-av/lib'
import { speakersOf } from './audio-encoder.ts'

/** Where the planes begin on the output's line of samples. */
export type Planes = { at: number; planes: Float32Array[] }

/** Longer holes are no drift: they become silence outside of the filter. */
const HOLE_SECONDS = 0.5

/**
 * Voices sit in the centre: it stays as loud as left and right, while the surround goes down by half and the
 * bass channel, which small speakers cannot play, is left out. The limiter takes the rare sum above full scale.
 */
const DOWN_MIX = 'clev=1:slev=0.5:lfe_mix_level=0:rmvol=0.707'
const LIMITER = 'alimiter=limit=0.97:attack=5:release=50:level=0:latency=1'

type Built = {
  key: string
  graph: FilterGraph
  source: FilterContext
  sink: FilterContext
  nextSeconds: number
}

export function createAudioFilter(rateHz: number, channels: number) {
  let built: Built | null = null

  function layoutOf(frame: Frame): string {
    const { mask, nbChannels } = frame.channelLayout
    return mask > 0n ? `0x${mask.toString(16)}` : `${nbChannels}c`
  }

  function chainFor(frame: Frame): string {
    const from = frame.channelLayout.nbChannels
    // Copied as it is: FFmpeg's own matrix would make mono quieter.
    if (from === 1 && channels === 2) return `${resample('mono')},pan=stereo|c0=c0|c1=c0`
    const layout = speakersOf(channels)
    if (from > channels) return `${resample(`${layout}:${DOWN_MIX}`)},${LIMITER}`
    return resample(layout)
  }

  const resample = (layout: string) =>
    // A thousand samples a second is a stretch of 2 %, which nobody hears.
    `aresample=${rateHz}:async=1000:min_hard_comp=0.1:osf=fltp:ochl=${layout}`

  function build(key: string, frame: Frame, seconds: number): Built {
    const graph = new FilterGraph()
    graph.alloc()
    graph.nbThreads = 1
    const text = `abuffer@in=${key},${chainFor(frame)},aformat=sample_fmts=fltp,abuffersink@out`
    FFmpegError.throwIfError(graph.parse2(text), `Building the filters "${text}"`)
    FFmpegError.throwIfError(graph.configSync(), `Connecting the filters "${text}"`)
    const source = graph.getFilter('abuffer@in')
    const sink = graph.getFilter('abuffersink@out')
    if (!source || !sink) throw new Error('The filter graph has no ends')
    return { key, graph, source, sink, nextSeconds: seconds }
  }

  function pull({ sink }: Built): Planes[] {
    const out: Planes[] = []
    const frame = new Frame()
    frame.alloc()
    while (sink.buffersinkGetFrameSync(frame) >= 0) {
      const base = sink.buffersinkGetTimeBase()
      const at = Math.round((Number(frame.pts) * base.num * rateHz) / base.den)
      const planes = (frame.extendedData ?? []).slice(0, channels).map((plane) => {
        // Copied: the memory is FFmpeg's.
        const bytes = new Uint8Array(plane.subarray(0, frame.nbSamples * 4))
        return new Float32Array(bytes.buffer)
      })
      if (planes.length === channels) out.push({ at, planes })
      frame.unref()
    }
    frame.free()
    return out
  }

  function drain(): Planes[] {
    if (!built) return []
    built.source.buffersrcAddFrameSync(null)
    const rest = pull(built)
    built.graph.free()
    built = null
    return rest
  }

  return {
    /** The given frame stays the caller's. */
    push(frame: Frame, seconds: number): Planes[] {
      const rate = frame.sampleRate
      const key = `time_base=1/${rate}:sample_rate=${rate}:sample_fmt=${frame.format}:channel_layout=${layoutOf(frame)}`
      const isBroken = built && (built.key !== key || Math.abs(seconds - built.nextSeconds) > HOLE_SECONDS)
      const before = isBroken ? drain() : []
      built ??= build(key, frame, seconds)
      frame.pts = BigInt(Math.round(seconds * rate))
      built.nextSeconds = seconds + frame.nbSamples / rate
      const code = built.source.buffersrcAddFrameSync(frame, AV_BUFFERSRC_FLAG_KEEP_REF)
      FFmpegError.throwIfError(code, 'Filtering sound')
      return [...before, ...pull(built)]
    },
    drain,
    close(): void {
      built?.graph.free()
      built = null
    },
  }
}
