// Encoders for tests that fail where the test says: hardware, which is x264 with other settings, or x264 itself.
import { Codec, CodecContext, Dictionary } from 'node-av/lib'

const NAME = 'h264_nvenc'
/** No CABAC, other references: its parameter sets are not those of the software. */
const SETTINGS = {
  preset: 'ultrafast',
  'x264-params': 'bframes=0:rc-lookahead=0:sync-lookahead=0:scenecut=0:keyint=infinite:aud=1:crf=30:ref=3',
}
const IO_ERROR = -5

/** Each encoder that this process opens, counted from 0, fails at the picture that `failsAt` names for it. */
export function failingEncoder(
  how: 'error' | 'crash' | 'hang',
  failsAt: Readonly<Record<number, number>>,
  name: typeof NAME | 'libx264' = NAME,
): void {
  const find = Codec.findEncoderByName.bind(Codec)
  const { open2, sendFrame } = CodecContext.prototype
  const fakes = new WeakSet<Codec>()
  const opened = new WeakMap<CodecContext, { number: number; pictures: number }>()
  let count = 0
  Codec.findEncoderByName = (wanted) => {
    const codec = find((wanted as string) === NAME ? ('libx264' as typeof wanted) : wanted)
    if (codec && (wanted as string) === name) fakes.add(codec)
    return codec
  }
  CodecContext.prototype.open2 = function (codec, options) {
    if (!codec || !fakes.has(codec)) return open2.call(this, codec, options)
    opened.set(this, { number: count++, pictures: 0 })
    return open2.call(this, codec, name === NAME ? Dictionary.fromObject(SETTINGS) : options)
  }
  CodecContext.prototype.sendFrame = function (frame) {
    const known = opened.get(this)
    if (known && known.pictures++ === failsAt[known.number]) {
      if (how === 'crash') process.kill(process.pid, 'SIGKILL')
      return how === 'error' ? Promise.resolve(IO_ERROR) : new Promise(() => undefined)
    }
    return sendFrame.call(this, frame)
  }
}
