// Stand-ins of how others start: their published command lines and their rules of when a segment is ready.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'

const POLL_MS = 100

/**
 * The rule of Jellyfin (`DynamicHlsController.cs`): 3 s segments from a spawned FFmpeg; one is ready when the next
 * one's file exists, looked for every 100 ms. Its own 200 s of analysis is left out, in its favour.
 */
export async function jellyfinRule(film: string, home: string, atSeconds: number): Promise<number> {
  const folder = mkdtempSync(join(home, 'jellyfin-'))
  const started = performance.now()
  const encode = [
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-crf',
    '23',
    '-maxrate',
    '1400k',
    '-bufsize',
    '2800k',
  ]
  const keyframes = ['-force_key_frames:0', 'expr:gte(t,n_forced*3)', '-sc_threshold:v:0', '0']
  const hls = ['-f', 'hls', '-hls_time', '3', '-hls_segment_type', 'fmp4', '-hls_playlist_type', 'vod']
  const names = ['-hls_fmp4_init_filename', 'init.mp4', '-hls_segment_filename', join(folder, '%d.mp4')]
  const child = spawn(
    'ffmpeg',
    [
      ['-v', 'error', '-ss', String(atSeconds), '-i', film, '-vf', 'scale=854:480'],
      [...encode, ...keyframes],
      ['-c:a', 'aac', '-ac', '2', '-copyts', '-avoid_negative_ts', 'disabled', ...hls, ...names],
      ['-start_number', '0', '-hls_list_size', '0', join(folder, 'list.m3u8')],
    ].flat(),
    { stdio: 'ignore' },
  )
  try {
    while (!existsSync(join(folder, '1.mp4')) && child.exitCode === null)
      await new Promise((go) => setTimeout(go, POLL_MS))
    return performance.now() - started
  } finally {
    child.kill('SIGKILL')
  }
}

/**
 * The rule of Kyoo (`transcoder/src/stream.go`): one FFmpeg for the picture and one for the sound, segments at the
 * source's keyframes, each ready when FFmpeg has written its name into the list on its output.
 */
export async function kyooRule(film: string, home: string, atSeconds: number): Promise<number> {
  const folder = mkdtempSync(join(home, 'kyoo-'))
  const from = Math.floor(atSeconds / 4) * 4
  const times = Array.from({ length: 20 }, (_, n) => (n + 1) * 4).join(',')
  const started = performance.now()
  const run = (map: string, codecs: readonly string[], name: string) =>
    spawn(
      'ffmpeg',
      [
        ['-v', 'error', '-nostats', '-ss', String(from), '-fflags', '+genpts', '-i', film, '-copyts'],
        ['-muxdelay', '0', '-start_at_zero', '-map', map, ...codecs],
        ['-f', 'segment', '-segment_time_delta', '0.05', '-segment_format', 'mp4', '-segment_times', times],
        ['-segment_format_options', 'movflags=frag_keyframe+empty_moov+default_base_moof+skip_trailer'],
        ['-segment_list_type', 'flat', '-segment_list', 'pipe:1', join(folder, `${name}-%d.mp4`)],
      ].flat(),
      { stdio: ['ignore', 'pipe', 'ignore'] },
    )
  const rates = ['-bufsize', '7000k', '-b:v', '1200k', '-maxrate', '1400k']
  const cuts = ['-forced-idr', '1', '-force_key_frames', times, '-strict', '-2']
  const x264 = ['-c:v', 'libx264', '-preset', 'fast', '-sc_threshold', '0', '-pix_fmt', 'yuv420p']
  const children = [
    run('0:V:0', [...x264, '-vf', 'scale=854:480', ...rates, ...cuts], 'video'),
    run('0:a:0', ['-c:a', 'aac', '-ac', '2', '-b:a', '128k'], 'audio'),
  ]
  try {
    await Promise.all(children.map((child) => once(child.stdout, 'data')))
    return performance.now() - started
  } finally {
    for (const child of children) child.kill('SIGKILL')
  }
}
