// Containers by the ending that people know them by (pure).
const ENDINGS: Readonly<Record<string, string>> = { matroska: 'MKV', mpegts: 'TS', mpeg: 'MPEG' }

/** `container` as `MediaInfo` has it: one word. */
export const containerText = (container: string): string => ENDINGS[container] ?? container.toUpperCase()
