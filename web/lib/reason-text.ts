// What the server says of itself in the reader's language: problems, and why jobs wait or failed. Other words are left as they are.
import i18next, { type TFunction } from 'i18next'
import { jobReasonKey } from '#shared/job-reasons.ts'
import type { ProblemBody } from '#shared/problems.ts'

export const problemText = (t: TFunction, { type, title }: Pick<ProblemBody, 'type' | 'title'>): string =>
  t(`problems.${type.slice('/problems/'.length)}`, { defaultValue: title })

const VALUE = /\{\{(\w+)\}\}/g
const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/**
 * `said` by the sentence it is, values carried over: English ones with `{{names}}` for their values, to another language.
 * `wordOf` says what a value is called there.
 */
export function sayBy(
  sentences: Readonly<Record<string, string>>,
  said: string,
  wordOf: (value: string, name: string) => string = (value) => value,
): string {
  for (const [english, own] of Object.entries(sentences)) {
    const names = [...english.matchAll(VALUE)].map(([, name]) => name)
    const pattern = english
      .split(/\{\{\w+\}\}/)
      .map(literally)
      .join('(.+)')
    const found = new RegExp(`^${pattern}$`, 's').exec(said)
    if (found)
      return own.replace(VALUE, (_, name: string) => wordOf(found[names.indexOf(name) + 1] ?? '', name))
  }
  return said
}

const inOwnWords =
  (section: 'says' | 'proofs') =>
  (said: string): string =>
    sayBy(
      (i18next.getResource(i18next.language, 'translation', section) as Record<string, string> | undefined) ??
        {},
      said,
      (value, name) =>
        name === 'field' ? i18next.t(`fields.${value}` as 'fields.name', { defaultValue: value }) : value,
    )

/** A sentence of the server's, in the language of now. */
export const saidText = inOwnWords('says')

/** What speaks for or against a match, in the language of now. */
export const proofText = inOwnWords('proofs')

/** What to do about a problem, or at least what it is. */
export const problemSaying = (t: TFunction, problem: ProblemBody): string =>
  problem.detail === undefined ? problemText(t, problem) : saidText(problem.detail)

export function jobReasonText(t: TFunction, reason: string): string {
  const key = jobReasonKey(reason)
  return key === null ? reason : t(key, { defaultValue: reason })
}
