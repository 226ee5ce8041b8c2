// The filters that are set, one by one, each to be taken away.
import { X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { filtersOf, type BrowseChange, type BrowseSearch } from '../lib/browse-search.ts'
import { languageText } from '../lib/format.ts'
import { CODECS, resolutionText } from './browse-filters.tsx'

export function FilterChips({ search, set }: { search: BrowseSearch; set: (change: BrowseChange) => void }) {
  const { t, i18n } = useTranslation()
  const spoken = (label: string, tag: string) => `${label}: ${languageText(tag, i18n.language) ?? tag}`
  const textOf = (key: keyof BrowseSearch, value: string | number | boolean): string => {
    const text = String(value)
    switch (key) {
      case 'resolution':
        return resolutionText(text)
      case 'hdr':
        return value ? 'HDR' : 'SDR'
      case 'videoCodec':
        return CODECS.find(([codec]) => codec === text)?.[1] ?? text
      case 'audioLanguage':
        return spoken(t('title.audio'), text)
      case 'subtitleLanguage':
        return spoken(t('title.subtitles'), text)
      case 'watched':
        return value ? t('title.watched') : t('browse.unwatched')
      case 'favourite':
        return value ? t('browse.onlyFavourites') : t('browse.noFavourites')
      default:
        return text
    }
  }
  return (
    <ul className="flex flex-wrap gap-2">
      {filtersOf(search).map(([key, value]) => {
        const filter = textOf(key, value)
        return (
          <li key={key}>
            <button
              type="button"
              className="inline-flex min-h-9 items-center gap-1.5 rounded-full bg-raised pr-3 pl-4 text-sm hover:brightness-125"
              aria-label={t('browse.take', { filter })}
              onClick={() => set({ [key]: undefined })}
            >
              {filter}
              <X size={15} aria-hidden className="text-soft" />
            </button>
          </li>
        )
      })}
    </ul>
  )
}
