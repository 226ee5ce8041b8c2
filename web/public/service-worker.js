// Keeps the shell and its hashed assets, so that the app opens at once and says something offline; nothing else.
const CACHE = 'shell-1'
const SHELL = '/'
/** Old builds' assets go when there are more than a few builds' worth. */
const MOST_ASSETS = 150

self.addEventListener('install', (event) => {
  event.waitUntil(self.skipWaiting())
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  )
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== self.location.origin) return
  // Pages only: media, the API, artwork and sockets are never touched.
  if (pathname.startsWith('/assets/')) event.respondWith(asset(request))
  else if (
    request.mode === 'navigate' &&
    !/^\/(api|v|artwork|socket\.io|metrics|health)(\/|$)/.test(pathname)
  )
    event.respondWith(page(request))
})

/** Names carry a hash of the content: what is kept is right for ever. */
async function asset(request) {
  const cache = await caches.open(CACHE)
  const kept = await cache.match(request)
  if (kept) return kept
  const reply = await fetch(request)
  if (reply.ok) {
    await cache.put(request, reply.clone())
    const keys = (await cache.keys()).filter(({ url }) => url.includes('/assets/'))
    await Promise.all(keys.slice(0, Math.max(0, keys.length - MOST_ASSETS)).map((key) => cache.delete(key)))
  }
  return reply
}

/** The network first: a new build shows with the next load. All pages are the same document. */
async function page(request) {
  const cache = await caches.open(CACHE)
  try {
    const reply = await fetch(request)
    if (reply.ok && reply.headers.get('content-type')?.startsWith('text/html'))
      await cache.put(SHELL, reply.clone())
    return reply
  } catch (error) {
    const kept = await cache.match(SHELL)
    if (kept) return kept
    throw error
  }
}
