// Which of FFmpeg's filters makes HDR pictures right for ordinary screens: the best one that is built in.
import { Filter } from 'node-av/lib'
import { MediaRefused } from '../media-engine.ts'

/** Each ends in BT.709, 8 bits, 4:2:0. */
const WAYS = [
  {
    // BT.2390 keeps mid-tones as they are; written by Jellyfin's FFmpeg in vector code.
    needs: ['tonemapx'],
    chain:
      'format=yuv420p10le,tonemapx=tonemap=bt2390:desat=0:peak=100:t=bt709:m=bt709:p=bt709:r=tv:format=yuv420p',
  },
  {
    // FFmpeg's own: some ten times the work, in floating point.
    needs: ['zscale', 'tonemap'],
    chain:
      'zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv,format=yuv420p',
  },
] as const

const isBuiltIn = (filter: string): boolean => Filter.getByName(filter) !== null

/** Throws where no filter can: pictures that look washed out would be taken for the film's own. */
export function toneMapping(isThere: (filter: string) => boolean = isBuiltIn): string {
  const way = WAYS.find(({ needs }) => needs.every(isThere))
  if (!way)
    throw new MediaRefused(
      'The picture is HDR, and this build of FFmpeg has no filter to convert it. Reinstall with the bundled one, or use a screen that shows HDR.',
    )
  return way.chain
}
