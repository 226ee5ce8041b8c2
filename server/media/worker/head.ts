// Runs one head inside the worker: chooses what makes the rendition.
import { AV_LOG_WARNING } from 'node-av/constants'
import { Log } from 'node-av/lib'
import type { Rendition } from '../media-engine.ts'
import type { HeadControl, HeadOutput } from './head-control.ts'
import type { HeadStart } from './messages.ts'

export async function runRendition(
  rendition: Rendition,
  from: HeadStart,
  control: HeadControl,
  output: HeadOutput,
): Promise<void> {
  // What encoders tell of themselves, twenty lines for each segment, would drown the line that says why one failed.
  Log.setLevel(AV_LOG_WARNING)
  switch (rendition.kind) {
    case 'encoded-video':
      return (await import('./encode-video.ts')).encodeVideo(rendition, from, control, output)
    case 'encoded-audio':
      return (await import('./encode-audio.ts')).encodeAudio(rendition, from.segment, control, output)
    case 'copied-video':
    case 'copied-audio':
      return (await import('./copy.ts')).copyTrack(rendition, from.segment, control, output)
  }
}

export async function renditionInit(rendition: Rendition): Promise<Uint8Array> {
  switch (rendition.kind) {
    case 'encoded-video':
      return (await import('./encode-video.ts')).encodedVideoInit(rendition)
    case 'encoded-audio':
      return (await import('./encode-audio.ts')).encodedAudioInit(rendition)
    case 'copied-video':
    case 'copied-audio':
      return (await import('./copy.ts')).copiedInit(rendition)
  }
}
