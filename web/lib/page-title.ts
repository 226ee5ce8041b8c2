// The window's title: what the page is about, then the app.
import { useEffect } from 'react'

const APP = 'MediaServer'

export function usePageTitle(name: string | undefined): void {
  useEffect(() => {
    document.title = name ? `${name} · ${APP}` : APP
    return () => {
      document.title = APP
    }
  }, [name])
}
