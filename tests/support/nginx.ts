// The settings of docs/nginx.conf with this machine's ports and folders in the places to change: what people are told is what is tested.
import { readFileSync } from 'node:fs'

const CONF = new URL('../../docs/nginx.conf', import.meta.url)

export type NginxPlaces = {
  port: number
  /** `host:port` of each web process. */
  upstreams: readonly string[]
  /** For what nginx keeps. */
  home: string
  /** Folder of films. */
  films: string
  /** Folder of blobs; without it they are not on this disk. */
  blobs?: string
}

/** A whole nginx.conf. */
export function nginxSettings({ port, upstreams, home, films, blobs = '/nowhere' }: NginxPlaces): string {
  const places: [was: string, is: string][] = [
    ['server 127.0.0.1:8096;', upstreams.map((upstream) => `server ${upstream};`).join(' ')],
    ['listen 80;', `listen 127.0.0.1:${port};`],
    ['/var/cache/nginx/mediaserver', `${home}/cache`],
    ['alias /var/lib/mediaserver/blobs/', `alias ${blobs}/`],
    ['files/srv/Films/', `files${films}/`],
    ['alias /srv/Films/', `alias ${films}/`],
  ]
  let text = readFileSync(CONF, 'utf8')
  for (const [was, is] of places) {
    if (!text.includes(was)) throw new Error(`docs/nginx.conf has no "${was}"`)
    text = text.replace(was, is)
  }
  return `worker_processes 1;
events { worker_connections 4096; }
http {
access_log off;
types { video/mp4 mp4; }
${text}
}
`
}
