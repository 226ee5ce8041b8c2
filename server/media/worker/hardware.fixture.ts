// A hardware encoder for tests: x264 with other settings under another name, which fails where the test says.
import { Codec, CodecContext, Dictionary } from 'node-av/lib'

const NAME = 'h264_nvenc'
/** No CABAC, other references: its parameter sets are not those of the software. */
const SETTINGS = {
  preset: 'ultrafast',
  'x264-params': 'bframes=0:rc-lookahead=0:sync-lookahead=0:scenecut=0:keyint=infinite:aud=1:crf=30:ref=3',
}
const IO_ERROR = -5

/** Each encoder that this process opens, counted from 0, fails at the picture that `failsAt` names for it. */
export function fakeHardware(
  how: 'error' | 'crash' | 'hang',
  failsAt: Readonly<Record<number, number>>,
): void {
  const find = Codec.findEncoderByName.bind(Codec)
  const { open2, sendFrame } = CodecContext.prototype
  const fakes = new WeakSet<Codec>()
  const opened = new WeakMap<CodecContext, { number: number; pictures: number }>()
  let count = 0
  Codec.findEncoderByName = (name) => {
    const codec = find((name as string) === NAME ? ('libx264' as typeof name) : name)
    if (codec && (name as string) === NAME) fakes.add(codec)
    return codec
  }
  CodecContext.prototype.open2 = function (codec, options) {
    if (!codec || !fakes.has(codec)) return open2.call(this, codec, options)
    opened.set(this, { number: count++, pictures: 0 })
    return open2.call(this, codec, Dictionary.fromObject(SETTINGS))
  }
  CodecContext.prototype.sendFrame = function (frame) {
    const known = opened.get(this)
    if (known && known.pictures++ === failsAt[known.number]) {
      if (how === 'crash') process.kill(process.pid, 'SIGSEGV')
      return how === 'error' ? Promise.resolve(IO_ERROR) : new Promise(() => undefined)
    }
    return sendFrame.call(this, frame)
  }
}
