// Asks all processes of an installation the same question and gathers their answers.
import { newId } from '../ids.ts'
import type { Coordination } from './coordination.ts'

export type GatheringDeps<Question, Answer> = {
  coordination: Pick<Coordination, 'signal' | 'onSignal'>
  /** The same in every process. */
  topic: string
  /** This process's own answer. */
  answer: (question: Question) => Answer
  /** Who is slower is left out. */
  waitMs?: number
}

const WAIT_MS = 1000

/** What is said between processes must be JSON. */
export async function createGathering<Question, Answer>(deps: GatheringDeps<Question, Answer>) {
  const { coordination, topic, answer, waitMs = WAIT_MS } = deps
  const self = newId()
  type Asked = { id: string; by: string; question: Question }
  type Answered = { id: string; answer: Answer }
  const open = new Map<string, (answer: Answer) => void>()

  const ears = [
    await coordination.onSignal(`${topic}/answer/${self}`, (message) => {
      const { id, answer: heard } = JSON.parse(message) as Answered
      open.get(id)?.(heard)
    }),
    await coordination.onSignal(topic, (message) => {
      const { id, by, question } = JSON.parse(message) as Asked
      if (by === self) return
      const said: Answered = { id, answer: answer(question) }
      // Whoever asked waits no longer than they would for a process that is gone.
      coordination.signal(`${topic}/answer/${by}`, JSON.stringify(said)).catch(() => undefined)
    }),
  ]

  return {
    /** This process's own answer first; alone with it while the others cannot be reached. */
    async ask(question: Question): Promise<Answer[]> {
      const answers = [answer(question)]
      const id = newId()
      const all = Promise.withResolvers<void>()
      let expected = Number.POSITIVE_INFINITY
      const look = (): void => {
        if (answers.length >= expected) all.resolve()
      }
      open.set(id, (heard) => {
        answers.push(heard)
        look()
      })
      const timer = setTimeout(all.resolve, waitMs)
      coordination.signal(topic, JSON.stringify({ id, by: self, question } satisfies Asked)).then(
        (listening) => {
          expected = listening
          look()
        },
        // The messenger is away: so are the others.
        () => all.resolve(),
      )
      await all.promise
      clearTimeout(timer)
      open.delete(id)
      return answers
    },
    async [Symbol.asyncDispose]() {
      for (const one of ears) await one[Symbol.asyncDispose]()
    },
  }
}
