// Files whose tracks are encrypted (ISO/IEC 23001-7, Matroska's ContentEncryption): refused, for nobody has the key.
import { AV_PKT_DATA_ENCRYPTION_INFO } from 'node-av/constants'
import type { Packet } from 'node-av/lib'
import { MediaRefused } from '../media-engine.ts'

/** Throws at a packet that would be noise to every decoder. */
export function refuseEncrypted(packet: Packet): void {
  if (packet.getSideData(AV_PKT_DATA_ENCRYPTION_INFO) !== null)
    throw new MediaRefused('The file is encrypted, so it cannot be played.')
}
