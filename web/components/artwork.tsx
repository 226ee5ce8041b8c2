// A picture that is never a hole: blurred until it is there, drawn from the title's id where there is none.
import type { Artwork } from '#shared/api/catalog.ts'
import { blurOf } from '../lib/blur.ts'
import { gradientOf } from '../lib/placeholder.ts'

const WIDTHS = [160, 320, 640, 1280, 1920]

export function ArtworkImage({
  artwork,
  id,
  name,
  note = '',
  sizes,
  isFirst = false,
}: {
  artwork: Artwork | null
  id: string
  /** Set in type on a generated picture; empty leaves it bare. */
  name: string
  note?: string
  sizes: string
  /** In view at once: fetched before others. */
  isFirst?: boolean
}) {
  if (!artwork)
    return (
      <div
        className="absolute inset-0 flex flex-col justify-end gap-1 p-[9%]"
        style={{ background: gradientOf(id) }}
      >
        {name && (
          <span
            aria-hidden
            className="line-clamp-4 text-lg leading-[1.12] font-semibold tracking-tight text-balance break-words text-white"
          >
            {name}
          </span>
        )}
        {note && (
          <span aria-hidden className="text-xs font-medium tracking-widest text-white/75">
            {note}
          </span>
        )}
      </div>
    )
  const blur = blurOf(artwork.thumbhash)
  return (
    <img
      alt=""
      src={`${artwork.url}?w=320`}
      srcSet={WIDTHS.map((width) => `${artwork.url}?w=${width} ${width}w`).join(', ')}
      sizes={sizes}
      loading={isFirst ? 'eager' : 'lazy'}
      decoding="async"
      fetchPriority={isFirst ? 'high' : 'auto'}
      className="absolute inset-0 size-full bg-raised bg-cover object-cover"
      {...(blur && { style: { backgroundImage: `url(${blur})` } })}
    />
  )
}
