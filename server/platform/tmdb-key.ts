// How TMDB is told whose question it is: a v4 token (a JWT) in a header, a v3 key in the address, which is never logged.

/** Adds a v3 key to `url`; the headers to send. */
export function withTmdbKey(url: URL, key: string): Record<string, string> {
  if (key.length > 40) return { authorization: `Bearer ${key}` }
  url.searchParams.set('api_key', key)
  return {}
}
