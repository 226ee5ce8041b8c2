// A filter graph for pictures, rebuilt whenever the pictures' size or format changes.
import { AV_BUFFERSRC_FLAG_KEEP_REF } from 'node-av/constants'
import { FFmpegError, FilterGraph, Frame, Rational, type FilterContext } from 'node-av/lib'

/** The chain for a picture, as FFmpeg's filter language writes it. */
export type ChainOf = (frame: Frame) => string

/** Times of pictures on their way: microseconds after the file's start. */
export const PICTURE_TIME_BASE = new Rational(1, 1_000_000)

export function createPictureFilter(chainOf: ChainOf) {
  let built: { key: string; graph: FilterGraph; source: FilterContext; sink: FilterContext } | null = null

  function keyOf(frame: Frame): string {
    const { num, den } = frame.sampleAspectRatio
    return [
      `video_size=${frame.width}x${frame.height}`,
      `pix_fmt=${frame.format}`,
      `time_base=1/${PICTURE_TIME_BASE.den}`,
      `pixel_aspect=${num > 0 && den > 0 ? `${num}/${den}` : '1/1'}`,
      `colorspace=${frame.colorSpace}`,
      `range=${frame.colorRange}`,
    ].join(':')
  }

  async function build(key: string, chain: string): Promise<NonNullable<typeof built>> {
    built?.graph.free()
    built = null
    const graph = new FilterGraph()
    graph.alloc()
    graph.nbThreads = 2
    FFmpegError.throwIfError(
      graph.parse2(`buffer@in=${key},${chain},buffersink@out`),
      `Building the filters "${chain}"`,
    )
    FFmpegError.throwIfError(await graph.config(), `Connecting the filters "${chain}"`)
    const source = graph.getFilter('buffer@in')
    const sink = graph.getFilter('buffersink@out')
    if (!source || !sink) throw new Error('The filter graph has no ends')
    return { key, graph, source, sink }
  }

  async function pull(sink: FilterContext): Promise<Frame[]> {
    const frames: Frame[] = []
    for (;;) {
      const frame = new Frame()
      frame.alloc()
      // The first asking does the work; those after it only hear that there is no more.
      const code =
        frames.length === 0 ? await sink.buffersinkGetFrame(frame) : sink.buffersinkGetFrameSync(frame)
      if (code < 0) {
        frame.free()
        return frames
      }
      frames.push(frame)
    }
  }

  return {
    /** Frames that became ready; the taker frees them. The given frame stays the caller's. */
    async push(frame: Frame): Promise<Frame[]> {
      const key = keyOf(frame)
      if (built?.key !== key) built = await build(key, chainOf(frame))
      const code = built.source.buffersrcAddFrameSync(frame, AV_BUFFERSRC_FLAG_KEEP_REF)
      FFmpegError.throwIfError(code, 'Filtering a picture')
      return pull(built.sink)
    },
    async drain(): Promise<Frame[]> {
      if (!built) return []
      await built.source.buffersrcAddFrame(null)
      return pull(built.sink)
    },
    outputTimeBase: () => built?.sink.buffersinkGetTimeBase() ?? PICTURE_TIME_BASE,
    close(): void {
      built?.graph.free()
      built = null
    },
  }
}
