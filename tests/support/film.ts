// A film that exists as a description only.
import type { MediaInfo, VideoTrack } from '../../shared/media.ts'

const track = { index: 0, profile: null, language: null, title: null, isDefault: true, isForced: false }
const timed = { bitrateBps: 1_000_000, startSeconds: 0, durationSeconds: 60 }

/** H.264, 720p, 25 frames a second, one minute. */
export const VIDEO: VideoTrack = {
  ...track,
  ...timed,
  codec: 'h264',
  codecString: 'avc1.64001f',
  level: 31,
  width: 1280,
  height: 720,
  sampleAspect: { num: 1, den: 1 },
  frameRate: { num: 25, den: 1 },
  isConstantFrameRate: true,
  pixelFormat: 'yuv420p',
  bitDepth: 8,
  colorRange: null,
  colorSpace: null,
  colorPrimaries: null,
  colorTransfer: null,
  hdr: null,
  dolbyVisionProfile: null,
  rotationDegrees: 0,
  scan: 'progressive',
}

export const FILM: MediaInfo = {
  formatName: 'mov,mp4,m4a,3gp,3g2,mj2',
  container: 'mp4',
  durationSeconds: 60,
  startSeconds: 0,
  bitrateBps: 1_200_000,
  title: null,
  video: [VIDEO],
  audio: [],
  subtitles: [],
  chapters: [],
  attachments: [],
}
