// Where a browser takes neither another codec nor another sound within a source (WebKitGTK without `changeType()`), a choice begins a new one.
import type Hls from 'hls.js'

const codecsOf = ({ levels }: Pick<Hls, 'levels'>, level: number): string | undefined =>
  levels[level]?.codecSet

export function canChangeType(): boolean {
  return typeof SourceBuffer !== 'undefined' && 'changeType' in SourceBuffer.prototype
}

/** Whether that rendition cannot follow what plays within the same source. */
export const mustBeginAnew = (
  hls: Pick<Hls, 'levels' | 'loadLevel'>,
  level: number,
  canChange = canChangeType(),
): boolean => !canChange && hls.loadLevel >= 0 && codecsOf(hls, level) !== codecsOf(hls, hls.loadLevel)
