// Every text of the app by key: English in the bundle, other languages fetched when chosen.
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import en from '../locales/en.json' with { type: 'json' }

export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const
export type Language = keyof typeof LANGUAGES

const LOADERS: Record<Exclude<Language, 'en'>, () => Promise<{ default: object }>> = {
  de: () => import('../locales/de.json'),
}

const KEPT_UNDER = 'language'

/** The language that was chosen, or the browser's where we speak it. */
export function languageOf(kept: string | null, wanted: readonly string[]): Language {
  for (const tag of [kept ?? '', ...wanted]) {
    const base = tag.slice(0, 2).toLowerCase()
    if (base in LANGUAGES) return base as Language
  }
  return 'en'
}

export async function setLanguage(language: Language): Promise<void> {
  if (language !== 'en' && !i18next.hasResourceBundle(language, 'translation'))
    i18next.addResourceBundle(language, 'translation', (await LOADERS[language]()).default)
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEPT_UNDER, language)
  await setLanguage(language)
}

export async function startI18n(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
  })
  await setLanguage(languageOf(localStorage.getItem(KEPT_UNDER), navigator.languages))
}
