// Dark, light, or as the system says; kept in this browser.
export type Theme = 'dark' | 'light' | 'system'

const KEPT_UNDER = 'theme'

/** Dark unless somebody chose otherwise: films are watched in dark rooms. */
export const keptTheme = (): Theme => (localStorage.getItem(KEPT_UNDER) as Theme | null) ?? 'dark'

export function applyTheme(theme: Theme = keptTheme()): void {
  const isLight =
    theme === 'light' || (theme === 'system' && matchMedia('(prefers-color-scheme: light)').matches)
  document.documentElement.dataset['theme'] = isLight ? 'light' : 'dark'
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(KEPT_UNDER, theme)
  applyTheme(theme)
}
