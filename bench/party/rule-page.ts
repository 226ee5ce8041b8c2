// Stand-ins of two peers in the same harness: a bare page that follows Jellyfin's SyncPlay rule, or Syncplay's.
import { createReadStream, statSync } from 'node:fs'
import { type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Rule = 'jellyfin' | 'syncplay'
export type Shared = { playing: boolean; positionSeconds: number; atMs: number }

/** Runs in the page. Thresholds: jellyfin-web `syncPlay/core`, Syncplay `constants.py`. */
function follow(rule: string): void {
  const video = document.querySelector('video')
  if (!video) return
  let shared = { playing: false, positionSeconds: 0, atMs: 0 }
  let offsetMs = 0
  let actedAtMs = 0
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
  const obey = (): void => {
    video.playbackRate = 1
    if (Math.abs(video.currentTime - target()) > 0.05) video.currentTime = target()
    const inMs = shared.atMs - performance.now() - offsetMs
    if (shared.playing) setTimeout(() => void video.play(), Math.max(0, inMs))
    else video.pause()
  }
  const jellyfin = (now: number): void => {
    // At most one action every 1.5 s; speed above 60 ms for up to 3 s; a skip from 400 ms.
    if (now - actedAtMs < 1500) return
    const behindMs = (target() - video.currentTime) * 1000
    if (Math.abs(behindMs) >= 400) video.currentTime = target()
    else if (Math.abs(behindMs) >= 60) {
      const forMs = Math.min(3000, 1000)
      video.playbackRate = Math.max(0.2, 1 + behindMs / forMs)
      setTimeout(() => (video.playbackRate = 1), forMs)
    } else return
    actedAtMs = now
  }
  const syncplay = (): void => {
    const behind = target() - video.currentTime
    if (behind <= -4 || behind >= 5) video.currentTime = target()
    else if (behind <= -1.5) video.playbackRate = 0.95
    else if (Math.abs(behind) < 0.1) video.playbackRate = 1
  }
  const measureThrice = async (): Promise<void> => {
    for (let i = 0; i < 3; i++) {
      await measure()
      await new Promise((resolve) => setTimeout(resolve, 1000))
    }
    setInterval(() => void measure(), 60_000)
  }
  void measureThrice()
  new EventSource('/events').onmessage = ({ data }: MessageEvent<string>) => {
    shared = JSON.parse(data)
    obey()
  }
  setInterval(
    () => {
      if (!shared.playing || video.paused || video.seeking || video.readyState < 3) return
      if (rule === 'jellyfin') jellyfin(performance.now())
      else syncplay()
    },
    rule === 'jellyfin' ? 250 : 1000,
  )
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
