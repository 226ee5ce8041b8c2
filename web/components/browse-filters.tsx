// The filters of a grid behind one button, as a dialog: each change shows at once in the grid and the address.
import { useQuery } from '@tanstack/react-query'
import { SlidersHorizontal, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { genresQuery } from '../api/queries.ts'
import {
  countFilters,
  filtersOf,
  RESOLUTIONS,
  type BrowseChange,
  type BrowseSearch,
} from '../lib/browse-search.ts'
import { languageText } from '../lib/format.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Field, Select } from './field.tsx'

type Props = { search: BrowseSearch; set: (change: BrowseChange) => void }

/** As FFmpeg names them. */
export const CODECS = [
  ['h264', 'H.264'],
  ['hevc', 'HEVC'],
  ['av1', 'AV1'],
  ['vp9', 'VP9'],
  ['mpeg2video', 'MPEG-2'],
  ['mpeg4', 'MPEG-4'],
  ['vc1', 'VC-1'],
] as const

/** ISO 639-2/T; the server knows the other spellings that files carry. */
const LANGUAGES =
  'eng deu fra spa ita por nld swe nor dan fin pol ces hun ell tur rus ukr ara heb hin zho jpn kor'.split(' ')

export const resolutionText = (resolution: string): string =>
  resolution.endsWith('p') ? resolution : resolution.toUpperCase()

export function FilterButton({ search, set }: Props) {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  /** A new form with each reset: what was half typed goes too. */
  const [resets, setResets] = useState(0)
  const reset = () => {
    set(Object.fromEntries(filtersOf(search).map(([key]) => [key, undefined])))
    setResets(resets + 1)
  }
  const count = countFilters(search)
  return (
    <>
      <Button
        look={count > 0 ? 'primary' : 'quiet'}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => setOpen(true)}
      >
        <SlidersHorizontal size={18} aria-hidden />
        {count > 0 ? t('browse.filtersSet', { count }) : t('browse.filters')}
      </Button>
      {count > 0 && (
        <Button
          look="ghost"
          className="!px-3 max-sm:hidden"
          aria-label={t('browse.clear')}
          title={t('browse.clear')}
          onClick={reset}
        >
          <X size={18} aria-hidden />
        </Button>
      )}
      {isOpen && (
        <Dialog title={t('browse.filters')} onClose={() => setOpen(false)}>
          <FilterForm key={resets} search={search} set={set} />
          <div className="mt-6 flex justify-between gap-3">
            <Button disabled={count === 0} onClick={reset}>
              {t('browse.clear')}
            </Button>
            <Button look="primary" onClick={() => setOpen(false)}>
              {t('browse.show')}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  )
}

function FilterForm({ search, set }: Props) {
  const { t, i18n } = useTranslation()
  const genres = useQuery(genresQuery).data?.items ?? []
  const any = ['', t('browse.any')] as const
  const languages = [
    any,
    ...LANGUAGES.map((tag) => [tag, `${languageText(tag, i18n.language) ?? tag} (${tag})`] as const),
  ]
  const choice = (
    key: keyof BrowseSearch,
    label: string,
    options: readonly (readonly [string, string])[],
  ) => (
    <Select
      label={label}
      value={String(search[key] ?? '')}
      onChange={({ target: { value } }) =>
        set({ [key]: value === 'true' ? true : value === 'false' ? false : value || undefined })
      }
      options={options}
    />
  )
  const yesNo = (yes: string, no: string) => [any, ['true', yes] as const, ['false', no] as const]
  return (
    <div className="grid grid-cols-2 gap-x-3 gap-y-4">
      {(genres.length > 0 || search.genre) &&
        choice('genre', t('browse.genre'), [
          any,
          ...genres.map(({ name, count }) => [name, `${name} (${count})`] as const),
          ...(search.genre && !genres.some(({ name }) => name === search.genre)
            ? [[search.genre, search.genre] as const]
            : []),
        ])}
      <Field
        label={t('browse.year')}
        type="number"
        inputMode="numeric"
        min={1800}
        max={2200}
        placeholder={t('browse.any')}
        defaultValue={search.year}
        onChange={({ target }) => {
          const year = target.valueAsNumber
          if (target.value === '') set({ year: undefined })
          else if (year >= 1800 && year <= 2200) set({ year })
        }}
      />
      {choice('watched', t('browse.watched'), yesNo(t('title.watched'), t('browse.unwatched')))}
      {choice(
        'favourite',
        t('browse.favourites'),
        yesNo(t('browse.onlyFavourites'), t('browse.noFavourites')),
      )}
      {choice('resolution', t('browse.resolution'), [
        any,
        ...RESOLUTIONS.map((resolution) => [resolution, resolutionText(resolution)] as const),
      ])}
      {choice('hdr', t('browse.range'), yesNo('HDR', 'SDR'))}
      {choice('videoCodec', t('browse.codec'), [any, ...CODECS])}
      {choice('audioLanguage', t('browse.audioLanguage'), languages)}
      {choice('subtitleLanguage', t('browse.subtitleLanguage'), languages)}
    </div>
  )
}
