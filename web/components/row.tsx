// A horizontal row of titles under a heading.
import { useId } from 'react'
import type { TitleCard } from '#shared/api/catalog.ts'
import { Poster, WideCard } from './poster.tsx'

export function Row({ name, items, isWide = false }: { name: string; items: TitleCard[]; isWide?: boolean }) {
  const id = useId()
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="page text-xl font-semibold tracking-tight">
        {name}
      </h2>
      <ul className="shelf">
        {items.map((card) => (
          <li
            key={card.id}
            className={`shrink-0 snap-start ${isWide ? 'w-[72vw] max-w-[19rem]' : 'w-[38vw] max-w-[11.5rem]'}`}
          >
            {isWide ? <WideCard card={card} /> : <Poster card={card} />}
          </li>
        ))}
      </ul>
    </section>
  )
}
