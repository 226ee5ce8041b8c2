// Figures of parties: how many run and with whom, what they are told to do, how far members are from the right frame.
import type { CommandType } from '#shared/party/protocol.ts'
import type { Metrics } from '../platform/metrics.ts'

export function createPartyMetrics(metrics: Metrics, here: () => { parties: number; members: number }) {
  metrics.gauge({ name: 'mediaserver_parties', help: 'Parties with members on this process.' }, (gauge) =>
    gauge.set(here().parties),
  )
  metrics.gauge(
    { name: 'mediaserver_party_members', help: 'Members connected to parties through this process.' },
    (gauge) => gauge.set(here().members),
  )
  const commands = metrics.counter({
    name: 'mediaserver_party_commands_total',
    help: 'Commands of members, by type and outcome.',
    labels: ['type', 'outcome'],
  })
  const drift = metrics.histogram({
    name: 'mediaserver_party_drift_seconds',
    help: 'How far the frame on a member’s screen is from the right one, as members report it.',
    buckets: [0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.5, 2],
  })
  return {
    command: (type: CommandType, outcome: 'done' | 'refused'): void => commands.inc({ type, outcome }),
    drift: (driftMs: number): void => drift.observe(Math.abs(driftMs) / 1000),
  }
}
export type PartyMetrics = ReturnType<typeof createPartyMetrics>
