// Opens a file with FFmpeg, safely: only the file protocol and a fixed list of containers.
import { Dictionary, FormatContext } from 'node-av/lib'
import { MediaRefused } from '../media-engine.ts'

/** No playlists and no network (hls, concat, rtsp, image2, …): a film must not make the server open anything else. */
const FORMATS =
  'aac,ac3,aiff,ape,asf,ass,av1,avi,dts,dtshd,dv,eac3,flac,flv,gxf,h264,hevc,ivf,m4v,matroska,microdvd,mov,mp3,mpeg,mpegts,mpegvideo,mpsub,mxf,nut,obu,ogg,pmp,rm,sami,srt,subviewer,sup,swf,truehd,tta,vc1,vobsub,w64,wav,webvtt,webm,wtv,wv'

export async function openInput(path: string): Promise<FormatContext> {
  const context = new FormatContext()
  const options = Dictionary.fromObject({
    protocol_whitelist: 'file',
    format_whitelist: FORMATS,
    probesize: 5_000_000,
  })
  // The prefix keeps FFmpeg from reading a protocol out of a file name such as `concat:a|b`.
  const code = await context.openInput(`file:${path}`, null, options)
  options.free()
  if (code < 0)
    throw new MediaRefused('The file cannot be read: it is damaged or in a format that is not supported.')
  return context
}
