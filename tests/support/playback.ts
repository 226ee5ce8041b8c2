// The playback feature alone behind HTTP: one file, an engine handed in, everything else made up.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MediaInfo } from '../../shared/media.ts'
import type { Viewer } from '../../shared/viewer.ts'
import { createHandOver } from '../../server/http/hand-over.ts'
import { createHttpServer } from '../../server/http/server.ts'
import type { MediaEngine } from '../../server/media/media-engine.ts'
import type { Cluster } from '../../server/playback/cluster/cluster.ts'
import { createPlayback, type PlaybackDeps } from '../../server/playback/playback.ts'
import { NO_LIMITS } from '../../server/playback/limits.ts'
import { playbackRoutes, segmentRoutes } from '../../server/playback/routes.ts'
import { openDiskBlobs } from '../../server/platform/blobs/disk.ts'
import { silentLog } from '../../server/platform/log.ts'
import { createMetrics } from '../../server/platform/metrics.ts'

export const ADA: Viewer = { kind: 'person', id: 'ada', name: 'Ada', role: 'owner' }
export const AT_HOME = { signInId: 'sign-in-1', address: '127.0.0.1' }

export type LonePlaybackOptions = {
  engine: MediaEngine
  path: string
  media: MediaInfo
  keyframes: number[] | null
  deps?: Partial<PlaybackDeps>
  /** Blobs of a server that ran before. */
  blobsPath?: string
  /** Internal addresses of an nginx at 127.0.0.1. */
  accelPrefix?: string
  /** One of several processes; it listens where its `ownUrl` says. */
  cluster?: Cluster
}

/** Title `t1` is file `f1`. */
export async function createLonePlayback({
  engine,
  path,
  media,
  keyframes,
  deps,
  blobsPath,
  accelPrefix,
  cluster,
}: LonePlaybackOptions) {
  const home = blobsPath ?? mkdtempSync(join(tmpdir(), 'play-'))
  const [metrics, log] = [createMetrics(), silentLog()]
  const blobs = await openDiskBlobs(join(home, 'blobs'))
  let limits = NO_LIMITS
  const playback = await createPlayback({
    engine,
    encoder: 'exact',
    blobs,
    file: async (id) =>
      id === 'f1' ? { id, path, identity: 'one', media, reason: null, offline: false } : null,
    keyframes: async () => keyframes,
    sidecars: async () => [],
    identities: async function* () {
      yield { identity: 'one' }
    },
    title: async () => ({ name: 'Film', fileIds: ['f1'], resumeSeconds: 0, nextTitleId: null }),
    mayWatch: async () => true,
    store: { limits: async () => limits, saveLimits: async (wanted) => void (limits = wanted) },
    enqueuePrepare: async () => {},
    enqueuePreviews: async () => {},
    secret: 'secret of this test',
    cluster: cluster ?? null,
    maxEncodes: () => 2,
    cacheBytes: () => 1e9,
    cacheRamBytes: () => 1e8,
    log,
    metrics,
    nowMs: Date.now,
    ...deps,
  })
  const http = await createHttpServer({
    log,
    metrics,
    authenticate: async () => ({ viewer: ADA, signInId: AT_HOME.signInId }),
    trustedProxies: accelPrefix === undefined ? [] : ['127.0.0.1'],
  })
  playbackRoutes(http, playback, createHandOver({ prefix: accelPrefix ?? null, hasBlobFiles: true }))
  if (cluster?.isEncoder) segmentRoutes(http, playback, cluster.secret)
  const url = await http.listen({
    host: '127.0.0.1',
    port: cluster ? Number(new URL(cluster.ownUrl).port) : 0,
  })
  return {
    playback,
    http,
    url,
    async [Symbol.asyncDispose]() {
      await http.close()
      await playback[Symbol.asyncDispose]()
      await blobs[Symbol.asyncDispose]()
      if (blobsPath === undefined) rmSync(home, { recursive: true, force: true })
    },
  }
}
