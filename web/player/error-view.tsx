// What went wrong, in words, and what to do.
import type { PlayerError } from './player-state.ts'

export function ErrorView({ error, onRetry }: { error: PlayerError; onRetry: () => void }) {
  return (
    <div
      role="alert"
      className="absolute inset-0 z-30 grid place-items-center bg-black/80 p-6 text-center text-white"
    >
      <div className="max-w-md">
        <h2 className="text-xl font-semibold">{error.title}</h2>
        <p className="mt-2 text-white/80">{error.advice}</p>
        <button
          type="button"
          onClick={onRetry}
          className="mt-5 min-h-11 rounded-full bg-white px-6 font-semibold text-black outline-none hover:bg-white/90 focus-visible:ring-4 focus-visible:ring-amber-400"
        >
          Try again
        </button>
        <p className="mt-4 text-xs break-words text-white/50">{error.detail}</p>
      </div>
    </div>
  )
}
