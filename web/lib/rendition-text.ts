// A rendition's name (`v-720p-b2`, `a1-original`) as the text that says it to people, with its values (pure).
export type RenditionText = readonly [
  key: 'copiedPicture' | 'picture' | 'burned' | 'copiedSound' | 'sound' | 'other',
  values: Record<string, string | number>,
]

export function renditionText(name: string): RenditionText {
  if (name === 'v-original') return ['copiedPicture', {}]
  const [, size, burned] = /^v-(\d+p)(-b\d+)?$/.exec(name) ?? []
  if (size) return [burned ? 'burned' : 'picture', { size }]
  const [, stream, how] = /^a(\d+)-(\w+)$/.exec(name) ?? []
  if (!stream || !how) return ['other', { name }]
  const n = Number(stream)
  return how === 'original' ? ['copiedSound', { n }] : ['sound', { n, channels: Number(how) }]
}
