// A failed call in the reader's language: what to do about it, or at least what it is.
import type { TFunction } from 'i18next'
import { problemSaying } from '../lib/reason-text.ts'
import { ApiProblem } from './call.ts'

export function failureText(t: TFunction, error: Error): string {
  if (!(error instanceof ApiProblem)) return error.message
  return error.code === 'unreachable' ? t('errors.unreachable') : problemSaying(t, error.body)
}
