// Which address a socket came from: the peer's own, or what a trusted proxy says of it.
import { BlockList, isIP } from 'node:net'

/** `::ffff:10.0.0.1` is 10.0.0.1 on a socket that takes both. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '')
const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

/** `trusted`: addresses or CIDR ranges, as in the settings. */
export function createAddressOf(trusted: readonly string[]) {
  const proxies = new BlockList()
  for (const one of trusted) {
    const [address = '', bits] = one.split('/')
    if (!isIP(address)) continue
    if (bits === undefined) proxies.addAddress(address, familyOf(address))
    else proxies.addSubnet(address, Number(bits), familyOf(address))
  }
  const isTrusted = (address: string): boolean =>
    isIP(address) > 0 && proxies.check(address, familyOf(address))

  /** From the nearest hop on: the first one that is no proxy of ours is who it came from. */
  return (peer: string, forwardedFor: string | string[] | undefined): string => {
    const hops = [forwardedFor ?? []].flat().join(',').split(',')
    let address = plain(peer)
    for (const hop of hops
      .map((h) => plain(h.trim()))
      .filter(Boolean)
      .toReversed()) {
      if (!isTrusted(address)) break
      address = hop
    }
    return address
  }
}
