// Reads the list of seek-bar pictures: a WebVTT file whose cues point into picture sheets.
export type Preview = {
  startSeconds: number
  endSeconds: number
  url: string
  x: number
  y: number
  width: number
  height: number
}

const CUE = /([\d:.]+) --> ([\d:.]+)[^\n]*\n([^\n#]+)#xywh=(\d+),(\d+),(\d+),(\d+)/g
const seconds = (stamp: string) => stamp.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)

export function parsePreviews(text: string, base: string): Preview[] {
  return [...text.replaceAll('\r', '').matchAll(CUE)].map((match) => ({
    startSeconds: seconds(match[1] ?? ''),
    endSeconds: seconds(match[2] ?? ''),
    url: new URL((match[3] ?? '').trim(), base).href,
    x: Number(match[4]),
    y: Number(match[5]),
    width: Number(match[6]),
    height: Number(match[7]),
  }))
}

export async function loadPreviews(url: string, signal: AbortSignal): Promise<Preview[]> {
  const response = await fetch(url, { signal })
  return response.ok ? parsePreviews(await response.text(), response.url) : []
}
