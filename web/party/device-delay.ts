// How much later this device is heard than others: kept per device, set by hand or by tapping along.
const KEPT_UNDER = 'party-device-delay'
export const MAX_DELAY_MS = 500
/** People tap a little before the click that they expect (mean asynchrony, Repp 2005). */
const TAPPED_EARLY_MS = 30
export const TAPS_NEEDED = 8
export const CLICK_EVERY_MS = 750

export const clampDelay = (ms: number): number => Math.max(0, Math.min(MAX_DELAY_MS, Math.round(ms)))

export function readDeviceDelay(storage: Pick<Storage, 'getItem'>): number {
  const kept = Number(storage.getItem(KEPT_UNDER) ?? 0)
  return Number.isFinite(kept) ? clampDelay(kept) : 0
}

export const keepDeviceDelay = (storage: Pick<Storage, 'setItem'>, ms: number): void =>
  storage.setItem(KEPT_UNDER, String(clampDelay(ms)))

/** From taps and the times at which the clicks were played; null before there are enough. */
export function delayFromTaps(tapsMs: readonly number[], firstClickMs: number): number | null {
  if (tapsMs.length < TAPS_NEEDED) return null
  const late = tapsMs
    .map(
      (tap) =>
        tap -
        firstClickMs -
        Math.round((tap - firstClickMs - MAX_DELAY_MS / 2) / CLICK_EVERY_MS) * CLICK_EVERY_MS,
    )
    .toSorted((a, b) => a - b)
  return clampDelay((late[Math.floor(late.length / 2)] ?? 0) + TAPPED_EARLY_MS)
}
