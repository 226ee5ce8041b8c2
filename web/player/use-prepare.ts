// Tells the server that somebody may press play: it encodes the first seconds meanwhile, once per visit.
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { preparePlayback } from '#shared/api/playback.ts'
import { call } from '../api/call.ts'
import { questionsQuery } from '../api/queries.ts'
import { readCapabilities } from '../lib/capabilities.ts'
import { loadHlsLibrary } from './source.ts'

/** `titleId`: what the play button plays; none for what cannot be played. */
export function usePrepare(titleId: string | undefined): void {
  const { data } = useQuery({ ...questionsQuery(titleId ?? ''), enabled: titleId !== undefined })
  const told = useRef<string>(undefined)
  useEffect(() => {
    if (titleId === undefined || !data || told.current === titleId) return
    told.current = titleId
    // Nobody asked for it: playing is only slower without.
    loadHlsLibrary().catch(() => undefined)
    call(preparePlayback, { body: { titleId, capabilities: readCapabilities(data) } }).catch(() => undefined)
  }, [titleId, data])
}
