// Blobs in S3-compatible storage: plain requests that every such server knows, streamed both ways.
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { backoffMs, sleep } from '../async.ts'
import { causeOf, withoutSecrets } from '../engine-away.ts'
import { StartupFault } from '../startup-fault.ts'
import { type BlobBody, blobKey, type Blobs, type BlobStat, cutRange } from './blobs.ts'

export type S3Options = {
  bucket: string
  endpoint: string | null
  region: string
  accessKeyId: string
  secretAccessKey: string
}

/** Half a minute without a word, in all tries together, is an absent server: the caller hears of it. */
const SILENCE_MS = 10_000
const TRIES = 3
const FIRST_PAUSE_MS = 200

type Answered = { $metadata?: { httpStatusCode?: number; attempts?: number } } | null
const statusOf = (error: unknown): number | undefined => (error as Answered)?.$metadata?.httpStatusCode
/** Of the client itself. */
const attemptsOf = (error: unknown): number => (error as Answered)?.$metadata?.attempts ?? 1

/** What `work` gives, or null when there is no such object. */
async function unlessAbsent<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    if (statusOf(error) === 404) return null
    throw error
  }
}

/** What a person can do about it. */
function sentenceOf(error: unknown, { bucket, endpoint }: S3Options): string {
  const at = `S3 at ${endpoint === null ? 'AWS' : withoutSecrets(endpoint)}`
  const status = statusOf(error)
  if (status === undefined)
    return `${at} cannot be reached (${causeOf(error)}): is it running, and is MEDIASERVER_S3_ENDPOINT right?`
  if (status === 401 || status === 403)
    return `${at} does not let this server into the bucket ${bucket}: check MEDIASERVER_S3_ACCESS_KEY, MEDIASERVER_S3_SECRET_KEY and the clock.`
  return `${at} has no bucket ${bucket} and makes none (${status}, ${causeOf(error)}): make it, or name another in MEDIASERVER_S3_BUCKET.`
}

/** The client tries a request again itself, but no body that broke off half-way, neither ours nor the server's. */
async function whole<T>(transfer: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++)
    try {
      return await transfer()
    } catch (error) {
      const status = statusOf(error) ?? 0
      const isPassing = status < 300 || status >= 500 || status === 429
      if (tries === TRIES || !isPassing || attemptsOf(error) > 1) throw error
      await sleep(backoffMs(tries, FIRST_PAUSE_MS, SILENCE_MS))
    }
}

export async function openS3Blobs(options: S3Options): Promise<Blobs> {
  const { bucket: Bucket, endpoint, region, accessKeyId, secretAccessKey } = options
  const client = new S3Client({
    region,
    credentials: { accessKeyId, secretAccessKey },
    // Servers at home have one name, not one for each bucket.
    ...(endpoint !== null && { endpoint, forcePathStyle: true }),
    maxAttempts: TRIES,
    requestHandler: { connectionTimeout: SILENCE_MS, socketTimeout: SILENCE_MS },
    // Checksums beyond what S3 has always had are unknown to others.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
  try {
    // A new server is empty, and all processes may find it so at once: one of them makes the bucket.
    const isThere = async () => (await unlessAbsent(client.send(new HeadBucketCommand({ Bucket })))) !== null
    if (!(await isThere()))
      await client.send(new CreateBucketCommand({ Bucket })).catch(async (error: unknown) => {
        if (!(await isThere())) throw error
      })
  } catch (error) {
    client.destroy()
    throw new StartupFault(sentenceOf(error, options), { cause: error })
  }
  const at = (key: string) => ({ Bucket, Key: blobKey(key) })

  async function head(key: string): Promise<BlobStat | null> {
    const found = await unlessAbsent(client.send(new HeadObjectCommand(at(key))))
    return (
      found && {
        sizeBytes: found.ContentLength ?? 0,
        modifiedAtMs: Math.floor(found.LastModified?.getTime() ?? 0),
      }
    )
  }

  async function putBytes(key: string, body: Uint8Array): Promise<BlobStat> {
    await client.send(new PutObjectCommand({ ...at(key), Body: body, ContentLength: body.length }))
    return { sizeBytes: body.length, modifiedAtMs: Date.now() }
  }

  /** A stream has no length before its end, which S3 wants to know first: it rests in a file, not in memory. */
  async function putStream(key: string, body: AsyncIterable<Uint8Array>): Promise<BlobStat> {
    const folder = await mkdtemp(join(tmpdir(), 'mediaserver-put-'))
    try {
      const path = join(folder, 'body')
      await pipeline(Readable.from(body), createWriteStream(path))
      const { size } = await stat(path)
      if (size === 0) return await putBytes(key, new Uint8Array())
      await whole(() =>
        client.send(new PutObjectCommand({ ...at(key), Body: createReadStream(path), ContentLength: size })),
      )
      return { sizeBytes: size, modifiedAtMs: Date.now() }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  return {
    // The whole object appears at once or not at all: S3 promises that of every put.
    async put(key: string, body: BlobBody) {
      blobKey(key)
      return body instanceof Uint8Array ? putBytes(key, body) : putStream(key, body)
    },

    async get(key, wanted) {
      const found = await unlessAbsent(
        client
          .send(
            new GetObjectCommand({
              ...at(key),
              ...(wanted && { Range: `bytes=${wanted.start}-${wanted.end}` }),
            }),
          )
          .catch((error: unknown) => {
            if (statusOf(error) === 416)
              throw new RangeError(`no bytes ${wanted?.start}-${wanted?.end} in ${key}`)
            throw error
          }),
      )
      if (!found) return null
      const body = found.Body instanceof Readable ? found.Body : Readable.from([])
      // `bytes 2-4/10`
      const total = /\/(\d+)$/.exec(found.ContentRange ?? '')?.[1]
      const sizeBytes = total === undefined ? (found.ContentLength ?? 0) : Number(total)
      try {
        const range = cutRange(wanted, sizeBytes)
        if (wanted && total === undefined && sizeBytes !== range.end - range.start + 1)
          throw new Error('the storage ignored a range')
        return { sizeBytes, range, body }
      } catch (error) {
        body.destroy()
        throw error
      }
    },

    read: (key) =>
      whole(async () => {
        const found = await unlessAbsent(client.send(new GetObjectCommand(at(key))))
        return found ? ((await found.Body?.transformToByteArray()) ?? new Uint8Array()) : null
      }),

    stat: head,

    async remove(key) {
      await unlessAbsent(client.send(new DeleteObjectCommand(at(key))))
    },

    async *list(prefix) {
      let next: string | undefined
      do {
        const page = await client.send(
          new ListObjectsV2Command({
            Bucket,
            Prefix: prefix,
            ...(next !== undefined && { ContinuationToken: next }),
          }),
        )
        for (const { Key, Size, LastModified } of page.Contents ?? [])
          if (Key !== undefined)
            yield { key: Key, sizeBytes: Size ?? 0, modifiedAtMs: Math.floor(LastModified?.getTime() ?? 0) }
        next = page.NextContinuationToken
      } while (next !== undefined)
    },

    freeBytes: async () => null,

    async ping() {
      await client.send(new HeadBucketCommand({ Bucket }))
    },

    async [Symbol.asyncDispose]() {
      client.destroy()
    },
  }
}
