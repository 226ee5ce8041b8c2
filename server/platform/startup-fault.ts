// A fault that ends the start: one sentence for the person who started it, nothing changed on disk.
export class StartupFault extends Error {
  override name = 'StartupFault'
  /** `main.ts` prints the message alone, without a stack. */
  readonly isForPeople = true
}
