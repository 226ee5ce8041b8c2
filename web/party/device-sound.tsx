// The delay of this device's sound: a slider, and a measurement by tapping along with clicks.
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../components/button.tsx'
import {
  CLICK_EVERY_MS,
  MAX_DELAY_MS,
  TAPS_NEEDED,
  clampDelay,
  delayFromTaps,
  keepDeviceDelay,
  readDeviceDelay,
} from './device-delay.ts'

const CLICKS = 24

/** Plays clicks at exact times; `firstClickMs` is on the clock of `performance.now()`. */
function playClicks() {
  const audio = new AudioContext()
  const startSeconds = audio.currentTime + 0.5
  const firstClickMs = performance.now() + 500
  for (let i = 0; i < CLICKS; i++) {
    const at = startSeconds + (i * CLICK_EVERY_MS) / 1000
    const tone = new OscillatorNode(audio, { frequency: 1600 })
    const level = new GainNode(audio, { gain: 0.4 })
    tone.connect(level).connect(audio.destination)
    tone.start(at)
    tone.stop(at + 0.02)
  }
  return { firstClickMs, stop: () => void audio.close() }
}

export function DeviceSound() {
  const { t } = useTranslation()
  const [delayMs, setDelayMs] = useState(() => readDeviceDelay(localStorage))
  const [taps, setTaps] = useState<readonly number[] | null>(null)
  const clicks = useRef<ReturnType<typeof playClicks> | null>(null)
  useEffect(() => () => clicks.current?.stop(), [])
  const set = (ms: number): void => {
    keepDeviceDelay(localStorage, ms)
    setDelayMs(clampDelay(ms))
  }
  const tap = (): void => {
    const all = [...(taps ?? []), performance.now()]
    const measured = delayFromTaps(all, clicks.current?.firstClickMs ?? 0)
    setTaps(measured === null ? all : null)
    if (measured === null) return
    clicks.current?.stop()
    set(measured)
  }
  return (
    <fieldset className="grid gap-2">
      <legend className="text-sm font-medium">{t('party.device')}</legend>
      <label className="grid gap-1 text-sm text-soft">
        {t('party.delay')}: {t('party.delayMs', { ms: delayMs })}
        <input
          type="range"
          min={0}
          max={MAX_DELAY_MS}
          step={5}
          value={delayMs}
          className="min-h-11 accent-accent"
          onChange={(event) => set(Number(event.target.value))}
        />
      </label>
      {taps === null ? (
        <Button
          onClick={() => {
            clicks.current = playClicks()
            setTaps([])
          }}
        >
          {t('party.clapStart')}
        </Button>
      ) : (
        <>
          <p className="text-sm">{t('party.clapHelp')}</p>
          <Button
            look="primary"
            onPointerDown={tap}
            onKeyDown={(event) => event.key === ' ' && !event.repeat && tap()}
          >
            {t('party.clapTap')} · {t('party.clapTaps', { count: taps.length, needed: TAPS_NEEDED })}
          </Button>
        </>
      )}
    </fieldset>
  )
}
