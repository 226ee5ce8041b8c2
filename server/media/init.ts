// A track's description to `ftyp` and `moov` (pure): the part of a rendition that is known before any sample.
import { box, u32 } from './fragment.ts'
import { sampleEntry, type TrackFormat } from './sample-entry.ts'

export type InitTrack = TrackFormat & {
  /** Ticks a second of every time in the fragments. */
  timescale: number
  /** Clockwise turn a player has to make; 0 when left out. */
  rotationDegrees?: 0 | 90 | 180 | 270
}

const ONE = 0x00010000
/** Undetermined: playlists say the language, the media need not. */
const UNDETERMINED_LANGUAGE = 0x55c40000

/** ISO/IEC 14496-12 §6.2: 16.16 fixed point, the last of each row 2.30. */
const MATRICES: Readonly<Record<0 | 90 | 180 | 270, readonly [number, number, number, number]>> = {
  0: [ONE, 0, 0, ONE],
  90: [0, ONE, -ONE, 0],
  180: [-ONE, 0, 0, -ONE],
  270: [0, -ONE, ONE, 0],
}

function matrix(rotation: 0 | 90 | 180 | 270): Buffer {
  const [a, b, c, d] = MATRICES[rotation]
  return u32(a, b, 0, c, d, 0, 0, 0, 0x40000000)
}

export function initSegment(track: InitTrack): Buffer {
  const isVideo = 'width' in track
  const shown = isVideo ? [track.displayWidth ?? track.width, track.height] : [0, 0]
  const media = isVideo
    ? box('vmhd', u32(1, 0, 0))
    : // Balance 0.
      box('smhd', u32(0, 0))
  const handler = Buffer.from(isVideo ? 'vide' : 'soun', 'latin1')
  return Buffer.concat([
    box('ftyp', Buffer.from('iso5', 'latin1'), u32(512), Buffer.from('iso5iso6mp41', 'latin1')),
    box(
      'moov',
      // Version 0, no dates, duration unknown (0 in a fragmented file); rate 1, volume 1; next track 2.
      box('mvhd', u32(0, 0, 0, 1000, 0, ONE, 0x01000000, 0, 0), matrix(0), u32(0, 0, 0, 0, 0, 0, 2)),
      box(
        'trak',
        // Enabled, in the movie; track 1.
        box(
          'tkhd',
          u32(0x00000003, 0, 0, 1, 0, 0, 0, 0, 0, isVideo ? 0 : 0x01000000),
          matrix(track.rotationDegrees ?? 0),
          u32(...shown.map((length) => length * ONE)),
        ),
        box(
          'mdia',
          box('mdhd', u32(0, 0, 0, track.timescale, 0, UNDETERMINED_LANGUAGE)),
          box('hdlr', u32(0, 0), handler, u32(0, 0, 0), Buffer.from('\0', 'latin1')),
          box(
            'minf',
            media,
            // The media are in this very file.
            box('dinf', box('dref', u32(0, 1), box('url ', u32(1)))),
            box(
              'stbl',
              box('stsd', u32(0, 1), sampleEntry(track)),
              box('stts', u32(0, 0)),
              box('stsc', u32(0, 0)),
              box('stsz', u32(0, 0, 0)),
              box('stco', u32(0, 0)),
            ),
          ),
        ),
      ),
      box('mvex', box('trex', u32(0, 1, 1, 0, 0, 0))),
    ),
  ])
}
