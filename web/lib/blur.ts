// A ThumbHash as a tiny picture to stretch behind the real one; decoded once per hash.
import { thumbHashToDataURL } from 'thumbhash'

const KEPT = 500
const decoded = new Map<string, string | null>()

export function blurOf(thumbhash: string | null): string | null {
  if (!thumbhash) return null
  const known = decoded.get(thumbhash)
  if (known !== undefined) return known
  let url: string | null = null
  try {
    url = thumbHashToDataURL(Uint8Array.from(atob(thumbhash), (letter) => letter.charCodeAt(0)))
  } catch {
    // A broken hash only costs the blur.
  }
  const oldest = decoded.keys().next().value
  if (decoded.size >= KEPT && oldest !== undefined) decoded.delete(oldest)
  decoded.set(thumbhash, url)
  return url
}
