// Versions with their tracks, and the reasons why a file became this title.
import { useTranslation } from 'react-i18next'
import type { MatchInfo, TitleFile } from '#shared/api/catalog.ts'
import { containerText } from '#shared/container-text.ts'
import {
  channelText,
  durationText,
  frameRateText,
  languageText,
  rateText,
  resolutionText,
  sizeText,
} from '../lib/format.ts'
import type { ReactNode } from 'react'
import { proofText } from '../lib/reason-text.ts'
import { PlaybackHint } from './playback-hint.tsx'
import { VersionPlay } from './version-play.tsx'
import { Section } from './section.tsx'

type Versions = { titleId: string; files: TitleFile[]; isAdmin: boolean }

export function VersionList({ titleId, files, isAdmin }: Versions) {
  const { t } = useTranslation()
  return (
    <Section title={t('title.versions')} className="page">
      <PlaybackHint titleId={titleId} />
      <ul className="grid grid-cols-1 gap-3 lg:grid-cols-2">
        {files.map((file) => (
          <li key={file.fileId} className="rounded-2xl border border-line bg-panel p-5">
            <Version file={file} />
            <VersionPlay titleId={titleId} file={file} isAdmin={isAdmin} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

const joined = (parts: (string | null | false | undefined)[]): string => parts.filter(Boolean).join(' · ')

function Version({ file }: { file: TitleFile }) {
  const { t, i18n } = useTranslation()
  const language = (tag: string | null) => languageText(tag, i18n.language)
  const heading = joined([file.version, file.part !== null && t('title.part', { n: file.part })])
  return (
    <>
      {heading && <h3 className="mb-2 font-semibold">{heading}</h3>}
      <dl className="grid grid-cols-[auto_1fr] gap-x-5 gap-y-2 text-sm">
        <Fact name={t('title.file')}>
          <span className="block wrap-anywhere">{file.fileName}</span>
          <span className="text-soft">
            {joined([
              sizeText(file.sizeBytes, i18n.language),
              file.container && containerText(file.container),
              file.durationSeconds !== null && durationText(file.durationSeconds),
              file.bitrateBps !== null && rateText(file.bitrateBps, i18n.language),
              file.chapters.length > 0 && t('title.chapters', { count: file.chapters.length }),
            ])}
          </span>
        </Fact>
        {file.video.length > 0 && (
          <Fact name={t('title.video')}>
            {file.video.map((track) => (
              <span key={track.index} className="block">
                {joined([
                  resolutionText(track.width, track.height),
                  `${track.width} × ${track.height}`,
                  track.codec.toUpperCase(),
                  track.bitDepth !== null && track.bitDepth > 8 && `${track.bitDepth} bit`,
                  track.hdr?.toUpperCase(),
                  frameRateText(track.frameRate),
                ])}
              </span>
            ))}
          </Fact>
        )}
        {file.audio.length > 0 && (
          <Fact name={t('title.audio')}>
            {file.audio.map((track) => (
              <span key={track.index} className="block">
                {joined([
                  language(track.language),
                  track.codec.toUpperCase(),
                  channelText(track.channels),
                  track.title,
                  track.isCommentary && t('title.commentary'),
                  track.isVisualImpaired && t('title.described'),
                ])}
              </span>
            ))}
          </Fact>
        )}
        {file.subtitles.length > 0 && (
          <Fact name={t('title.subtitles')}>
            {file.subtitles.map((track) => (
              <span key={track.index} className="block">
                {joined([
                  language(track.language),
                  track.title,
                  track.codec.toUpperCase(),
                  track.isForced && t('title.forced'),
                  track.isHearingImpaired && t('title.hearing'),
                ])}
              </span>
            ))}
          </Fact>
        )}
      </dl>
    </>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-soft">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  )
}

export function MatchView({ match }: { match: MatchInfo }) {
  const { t } = useTranslation()
  return (
    <section className="page">
      <details className="max-w-3xl rounded-2xl border border-line bg-panel p-5">
        <summary className="font-semibold">{t('title.why')}</summary>
        <p className="mt-3">
          {t(`title.match.${match.state}`)}{' '}
          {match.confidence !== null && t('title.confidence', { n: Math.round(match.confidence * 100) })}
        </p>
        {match.confidence !== null && (
          <meter className="mt-2 h-2 w-full" min={0} max={1} value={match.confidence} aria-hidden />
        )}
        {match.parts.length > 0 && (
          <table className="mt-3 w-full text-left text-sm">
            <thead className="text-soft">
              <tr>
                <th className="py-1 pr-4 font-medium">{t('title.signal')}</th>
                <th className="py-1 pr-4 font-medium">{t('title.detail')}</th>
                <th className="py-1 text-right font-medium">{t('title.points')}</th>
              </tr>
            </thead>
            <tbody>
              {match.parts.map(({ name, points, detail }) => (
                <tr key={name} className="border-t border-line">
                  <td className="py-2 pr-4">{t(`title.part-of-match.${name}`, { defaultValue: name })}</td>
                  <td className="py-2 pr-4 text-soft">{proofText(detail)}</td>
                  <td className="py-2 text-right tabular-nums">{points}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </details>
    </section>
  )
}
