// How many bits a second a viewer may draw: a limit of their own and one for everybody outside the house.
import { BlockList, isIP } from 'node:net'
import type { PlaybackLimits } from '#shared/api/playback.ts'

const house = new BlockList()
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  house.addSubnet(network, prefix, 'ipv4')
for (const [network, prefix] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  house.addSubnet(network, prefix, 'ipv6')

/** Private and link-local addresses (RFC 1918, RFC 4193, RFC 3927). */
export function isInHouse(address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  const version = isIP(plain)
  return version !== 0 && house.check(plain, version === 4 ? 'ipv4' : 'ipv6')
}

export const NO_LIMITS: PlaybackLimits = { remoteBps: null, viewersBps: {} }

/** The tighter of both; null for none. */
export function limitOf(limits: PlaybackLimits, viewerId: string, address: string): number | null {
  const all = [limits.viewersBps[viewerId] ?? null, isInHouse(address) ? null : limits.remoteBps]
  const set = all.filter((bps) => bps !== null)
  return set.length > 0 ? Math.min(...set) : null
}
