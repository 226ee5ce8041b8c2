// The port of coordination: signals, leases and shared documents between the processes of one installation.

/** What processes must agree on. It holds only what can be rebuilt: losing it loses nobody's data. */
export interface Coordination extends AsyncDisposable {
  /**
   * Fire and forget: every process listening now, this one included, gets it at most once, in order per sender.
   * Answers how many processes these are.
   */
  signal(channel: string, message: string): Promise<number>
  /** Resolves when listening has begun. A listener that throws disturbs no other. */
  onSignal(channel: string, listener: (message: string) => void): Promise<AsyncDisposable>
  /** True when `holder` now holds the lease (also when it already did: that renews it). */
  acquire(lease: string, holder: string, ttlMs: number): Promise<boolean>
  /** Who holds the lease now. */
  holder(lease: string): Promise<string | null>
  /** Does nothing when somebody else holds it. */
  release(lease: string, holder: string): Promise<void>
  read(key: string): Promise<{ value: string; version: number } | null>
  /**
   * False when the stored version is not `expected` (0 = must not exist). Versions count up by one from 1;
   * every write begins the time to live anew, and after it the document is absent.
   */
  write(key: string, value: string, expected: number, ttlMs: number): Promise<boolean>
  remove(key: string): Promise<void>
  /** Counts one try of this key; the window begins with its first one. Which try this was, and how long the window lasts. */
  count(key: string, windowMs: number): Promise<{ count: number; leftMs: number }>
  uncount(key: string): Promise<void>
  /** Milliseconds since 1970 by the one clock that all processes go by; with fractions. */
  timeMs(): Promise<number>
  /** For /ready. */
  ping(): Promise<void>
}
