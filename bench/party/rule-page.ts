// Stand-ins of two peers in the same harness: a bare page that follows Jellyfin's SyncPlay rule, or Syncplay's.
import { createReadStream, statSync } from 'node:fs'
import { type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Rule = 'jellyfin' | 'syncplay'
export type Shared = { playing: boolean; positionSeconds: number; atMs: number }

/**
 * Runs in the page. jellyfin-web `syncPlay/core/PlaybackCore.js` and `timeSync/TimeSync.js`, with sync correction switched
 * on, which Jellyfin leaves off by default; Syncplay `constants.py`.
 */
function follow(rule: string): void {
  const video = document.querySelector('video')
  if (!video) return
  let shared = { playing: false, positionSeconds: 0, atMs: 0 }
  let offsetMs = 0
  let lastSyncMs = 0
  let syncEnabled = false
  let startTimer = 0
  let syncTimer = 0
  const samples: { delayMs: number; offsetMs: number }[] = []
  const measure = async (): Promise<void> => {
    const sent = performance.now()
    const theirs = Number(await (await fetch('/time')).text())
    const back = performance.now()
    samples.push({ delayMs: back - sent, offsetMs: theirs - (sent + back) / 2 })
    // SyncPlay keeps eight and takes the one with the least delay.
    const best = samples.slice(-8).toSorted((a, b) => a.delayMs - b.delayMs)[0]
    offsetMs = best?.offsetMs ?? 0
  }
  const target = (): number =>
    shared.positionSeconds +
    (shared.playing ? Math.max(0, performance.now() + offsetMs - shared.atMs) / 1000 : 0)
  const enableSyncIn = (ms: number): void => {
    clearTimeout(syncTimer)
    syncTimer = window.setTimeout(() => (syncEnabled = true), ms)
  }
  const obey = (): void => {
    clearTimeout(startTimer)
    clearTimeout(syncTimer)
    syncEnabled = false
    video.playbackRate = 1
    if (!shared.playing) {
      video.pause()
      if (Math.abs(video.currentTime - shared.positionSeconds) > 0.001)
        video.currentTime = shared.positionSeconds
      return
    }
    const inMs = shared.atMs - performance.now() - offsetMs
    const unpause = (): void => {
      void video.play()
      enableSyncIn(1500)
    }
    if (inMs > 0) {
      // Sought before a start only when far ahead of it; a late comer seeks once playback has begun.
      if (video.currentTime - shared.positionSeconds > 0.4) video.currentTime = shared.positionSeconds
      startTimer = window.setTimeout(unpause, inMs)
    } else {
      video.addEventListener('play', () => (video.currentTime = target()), { once: true })
      unpause()
    }
  }
  const jellyfin = (): void => {
    const now = performance.now()
    // Looked at every 1.5 s at most; speed from 60 ms to 3 s for a second or longer, a skip beyond.
    if (now - lastSyncMs < 1500) return
    lastSyncMs = now
    const behindMs = (target() - video.currentTime) * 1000
    const size = Math.abs(behindMs)
    if (!syncEnabled || size < 60) return
    syncEnabled = false
    if (size < 3000) {
      const forMs = behindMs <= -200 ? size / 0.8 : 1000
      video.playbackRate = 1 + behindMs / forMs
      clearTimeout(syncTimer)
      syncTimer = window.setTimeout(() => {
        video.playbackRate = 1
        syncEnabled = true
      }, forMs)
    } else {
      video.currentTime = target()
      enableSyncIn(1500)
    }
  }
  const syncplay = (): void => {
    const behind = target() - video.currentTime
    if (behind <= -4 || behind >= 5) video.currentTime = target()
    else if (behind <= -1.5) video.playbackRate = 0.95
    else if (Math.abs(behind) < 0.1) video.playbackRate = 1
  }
  const measureOnAndOn = async (): Promise<void> => {
    // Four a second apart, then one a minute.
    for (let i = 0; i < 4; i++) {
      await new Promise((resolve) => setTimeout(resolve, 1000))
      await measure()
    }
    setInterval(() => void measure(), 60_000)
  }
  void measureOnAndOn()
  new EventSource('/events').onmessage = ({ data }: MessageEvent<string>) => {
    shared = JSON.parse(data)
    obey()
  }
  const look = (): void => {
    if (!shared.playing || video.paused || video.seeking || video.readyState < 3) return
    if (rule === 'jellyfin') jellyfin()
    else syncplay()
  }
  if (rule === 'jellyfin') video.addEventListener('timeupdate', look)
  else setInterval(look, 1000)
}

function sendFilm(path: string, range: string | undefined, reply: ServerResponse): void {
  const { size } = statSync(path)
  const start = Number(/bytes=(\d+)/.exec(range ?? '')?.[1] ?? 0)
  const end = Number(/-(\d+)/.exec(range ?? '')?.[1] ?? size - 1)
  const headers = {
    'content-type': 'video/mp4',
    'accept-ranges': 'bytes',
    'content-length': end - start + 1,
    'content-range': `bytes ${start}-${end}/${size}`,
  }
  reply.writeHead(206, headers)
  createReadStream(path, { start, end })
    .pipe(reply)
    .on('error', () => reply.destroy())
}

export async function createRuleServer(rule: Rule, filmPath: string) {
  const listeners = new Set<ServerResponse>()
  const server: Server = createServer((request, reply) => {
    if (request.url === '/time') return reply.end(String(performance.now()))
    if (request.url === '/film.mp4') return sendFilm(filmPath, request.headers.range, reply)
    if (request.url !== '/events') {
      reply.setHeader('content-type', 'text/html')
      return reply.end(`<!doctype html><video src="/film.mp4" preload="auto" width="640"></video>
        <script>(${follow.toString()})(${JSON.stringify(rule)})</script>`)
    }
    reply.writeHead(200, { 'content-type': 'text/event-stream' })
    reply.flushHeaders()
    listeners.add(reply)
    reply.once('close', () => listeners.delete(reply))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    send(shared: Shared): void {
      for (const reply of listeners) reply.write(`data: ${JSON.stringify(shared)}\n\n`)
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
