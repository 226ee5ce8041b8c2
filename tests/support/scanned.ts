// What journeys and browser tests wait for: scans that are over.
import { listLibraries } from '../../shared/api/library.ts'
import type { Client } from './app.ts'

/** Resolves when every library has been scanned to the end. */
export async function untilScanned(client: Client): Promise<void> {
  for (;;) {
    const { items } = await client.call(listLibraries, {})
    if (items.length > 0 && items.every(({ scan }) => scan?.phase === 'done')) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
