// The calm card of first run and sign-in.
import type { ReactNode } from 'react'

export function GateCard({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <main className="grid min-h-dvh place-content-center bg-[radial-gradient(70%_55%_at_50%_0%,color-mix(in_oklch,var(--accent)_16%,transparent),transparent)] p-4">
      <div className="grid w-[min(27rem,calc(100vw-2rem))] gap-6 rounded-3xl border border-line bg-panel p-7 sm:p-9">
        <header className="grid gap-2">
          <img src="/icon.svg" alt="" width={52} height={52} className="mb-2" />
          <h1 className="text-3xl font-semibold tracking-tight">{title}</h1>
          <p className="text-soft">{text}</p>
        </header>
        {children}
      </div>
    </main>
  )
}
