// Lets a producer work a few items ahead of its consumer, so that decoding and encoding use both cores.

/** The same items in the same order; `drop` frees those that were made but not taken. */
export async function* readAhead<T>(
  items: AsyncGenerator<T, void>,
  limit: number,
  drop: (item: T) => void,
): AsyncGenerator<T, void> {
  // A generator answers calls one after the other: open calls are the queue.
  const open: Promise<IteratorResult<T, void>>[] = []
  const ask = () => {
    const next = items.next()
    // Whoever awaits it sees the failure; until then it must not count as unhandled.
    next.catch(() => {})
    open.push(next)
  }
  try {
    for (;;) {
      while (open.length < limit) ask()
      const { done, value } = (await open.shift()) ?? { done: true, value: undefined }
      if (done) return
      yield value
    }
  } finally {
    const rest = await Promise.allSettled(open)
    for (const one of rest) if (one.status === 'fulfilled' && !one.value.done) drop(one.value.value)
    await items.return()
  }
}
