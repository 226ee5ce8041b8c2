// What a scan is asked for, by which key it waits in line, and how its progress begins (pure).
import { normalize, sep } from 'node:path'
import type { ScanProgress } from '#shared/api/library.ts'
import { Problem } from '../platform/problem.ts'

export type ScanRequest = { libraryId: string; subPath?: string; acceptVanished?: boolean }

export const keyOf = ({ libraryId, subPath = '', acceptVanished = false }: ScanRequest) =>
  `${libraryId} ${acceptVanished ? 'accept' : 'keep'} ${subPath}`

/** A part of a library as its files' paths begin: no way out of it. */
export function cleanSubPath(subPath: string): string {
  const clean = normalize(subPath)
    .replaceAll(sep, '/')
    .replace(/^\/+|\/+$/g, '')
  if (clean.split('/').includes('..') || clean.includes('\0'))
    throw new Problem('invalid-request', 'The folder must be inside the library.')
  return clean === '.' ? '' : clean
}

export const newProgress = (libraryId: string): ScanProgress => ({
  libraryId,
  phase: 'queued',
  filesSeen: 0,
  filesAdded: 0,
  filesChanged: 0,
  filesMoved: 0,
  filesGone: 0,
  filesBroken: 0,
  probesDone: 0,
  probesTotal: 0,
  filesPerSecond: 0,
  startedAtMs: null,
  finishedAtMs: null,
  message: null,
})
