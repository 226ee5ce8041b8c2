// The media worker's message loop: one request or one head at a time; the only process that loads FFmpeg's libraries.
import { type HeadControl, createHeadControl } from './head-control.ts'
import type { FromWorker, RequestKind, Requests, ToWorker, WorkerFault } from './messages.ts'
import { HardwareFailed } from '../hardware-plan.ts'
import { MediaRefused } from '../media-engine.ts'

type Handlers = { [K in RequestKind]: (input: Requests[K]['input']) => Promise<Requests[K]['output']> }

const handlers: Handlers = {
  probe: async ({ path }) => (await import('./probe.ts')).probeFile(path),
  describe: async ({ paths }) => (await import('./describe.ts')).describeFiles(paths),
  keyframes: async ({ path, info, trackIndex, scan }) =>
    (await import('./keyframes.ts')).keyframesOf(path, info, trackIndex, { scan }),
  init: async ({ rendition }) => (await import('./head.ts')).renditionInit(rendition),
  poster: async ({ path, trackIndex, atSeconds, width, height }) =>
    (await import('./images.ts')).poster(path, trackIndex, atSeconds, { width, height }),
  previews: async ({ path, trackIndex, durationSeconds, startSeconds }) =>
    (await import('./previews.ts')).previewsOf(path, trackIndex, durationSeconds, startSeconds),
  subtitles: async ({ path, trackIndex, format, startSeconds }) =>
    (await import('./subtitles.ts')).subtitlesOf(path, trackIndex, format, startSeconds),
  attachment: async ({ path, index }) => (await import('./attachment.ts')).attachmentOf(path, index),
}

/** Resolves once the pipe has taken the message: back-pressure towards whoever produces fragments. */
function send(message: FromWorker): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!process.send) return reject(new Error('A media worker runs only as a child of the server'))
    process.send(message, (error: Error | null) => (error ? reject(error) : resolve()))
  })
}

const heads = new Map<number, HeadControl>()
const rssBytes = () => process.memoryUsage.rss()

async function answer<K extends RequestKind>(
  id: number,
  kind: K,
  input: Requests[K]['input'],
): Promise<void> {
  const value = await handlers[kind](input)
  await send({ id, kind: 'answer', value, rssBytes: rssBytes() })
}

async function runHead(message: Extract<ToWorker, { kind: 'head' }>): Promise<void> {
  const { runRendition } = await import('./head.ts')
  const { id } = message
  const control = createHeadControl()
  heads.set(id, control)
  try {
    await runRendition(message.rendition, message.from, control, {
      fragment: (segment, bytes) => send({ id, kind: 'fragment', segment, bytes }),
      segmentEnd: (segment) => send({ id, kind: 'segmentEnd', segment }),
    })
  } finally {
    heads.delete(id)
  }
  await send({ id, kind: 'headEnd', rssBytes: rssBytes() })
}

async function receive(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case 'pause':
    case 'resume':
    case 'stop':
      return heads.get(message.id)?.[message.kind]()
    case 'head':
      return runHead(message)
    default:
      // The union's members are checked one by one by `ToWorker`; TypeScript cannot relate them to the table.
      return answer(message.id, message.kind, message.input as never)
  }
}

process.on('message', (message: ToWorker) => {
  receive(message).catch((error: unknown) => {
    const text = error instanceof Error ? error.message : String(error)
    const fault: WorkerFault = {
      message: text,
      of: error instanceof MediaRefused ? 'file' : error instanceof HardwareFailed ? 'hardware' : 'us',
    }
    // Whoever started this worker is gone when even that cannot be told: nothing is left to do.
    send({ id: message.id, kind: 'fault', fault, rssBytes: rssBytes() }).catch(() => process.exit(1))
  })
})
// The server went away, killed perhaps: a worker never outlives it.
process.on('disconnect', () => process.exit(0))

// Load the library and what plays before the first request, so that a viewer never waits for it.
await Promise.all([import('./encode-video.ts'), import('./encode-audio.ts')])
await send({ kind: 'ready' })
