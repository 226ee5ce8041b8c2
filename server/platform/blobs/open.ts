// Opens the blob storage that the settings name: S3 when there is a bucket, else a folder.
import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Blobs } from './blobs.ts'
import { openDiskBlobs } from './disk.ts'

export async function openBlobs(config: Pick<Config, 's3' | 'dataPath'>): Promise<Blobs> {
  if (!config.s3) return openDiskBlobs(join(config.dataPath, 'blobs'))
  // 23 MB that nobody without a bucket should load.
  const { openS3Blobs } = await import('./s3.ts')
  return openS3Blobs(config.s3)
}
