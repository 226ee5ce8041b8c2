// The processes of the installation: how each is, what it does, and the machine it is on.
import { useTranslation } from 'react-i18next'
import type { Status } from '#shared/api/admin.ts'
import { momentText, sizeText } from '../lib/format.ts'
import { Section } from './section.tsx'

type Process = Status['processes'][number]

export function ProcessList({ processes }: { processes: readonly Process[] }) {
  const { t } = useTranslation()
  return (
    <Section title={t('status.processes')}>
      <ul className="divide-y divide-line rounded-2xl border border-line bg-panel">
        {processes.map((process) => (
          <li key={process.name} className="grid gap-x-8 gap-y-2 p-4 md:grid-cols-2">
            <ProcessRow process={process} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

function ProcessRow({ process }: { process: Process }) {
  const { t, i18n } = useTranslation()
  const { name, role, version, startedAtMs, memoryBytes, cpuShare, machine } = process
  const percent = (share: number): string =>
    share.toLocaleString(i18n.language, { style: 'percent', maximumFractionDigits: 0 })
  return (
    <>
      <div className="grid content-start gap-0.5">
        <p className="font-medium">{t(`status.roles.${role}`, role)}</p>
        <p className="text-sm wrap-anywhere text-soft">
          {name} · {version} · {t('status.since', { time: momentText(startedAtMs, i18n.language) })}
        </p>
        <p className="text-sm">{doings(process).join(' · ') || t('status.does.nothing')}</p>
      </div>
      <dl className="grid grid-cols-2 gap-x-4 gap-y-1 text-sm tabular-nums lg:grid-cols-4">
        <Fact name={t('status.cpu')} value={percent(cpuShare)} />
        <Fact name={t('status.memory')} value={sizeText(memoryBytes, i18n.language)} />
        <Fact
          name={t('status.load')}
          value={t('status.loadOf', {
            load: machine.load.toLocaleString(i18n.language, { maximumFractionDigits: 1 }),
            count: machine.cores,
          })}
        />
        <Fact
          name={t('status.freeMemory')}
          value={t('status.memoryOf', {
            free: sizeText(machine.freeMemoryBytes, i18n.language),
            all: sizeText(machine.memoryBytes, i18n.language),
          })}
        />
      </dl>
    </>
  )

  function doings({ playbacks, encodes, sockets, jobs }: Process): string[] {
    const kinds = [...new Set(jobs)].map((kind) => {
      const count = jobs.filter((one) => one === kind).length
      return `${t(`jobs.kinds.${kind}`, kind)}${count > 1 ? ` (${count})` : ''}`
    })
    return [
      playbacks > 0 && t('status.does.playbacks', { count: playbacks }),
      encodes > 0 && t('status.does.encodes', { count: encodes }),
      sockets > 0 && t('status.does.sockets', { count: sockets }),
      ...kinds,
    ].filter((one) => one !== false)
  }
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt className="text-soft">{name}</dt>
      <dd className="font-medium">{value}</dd>
    </div>
  )
}
