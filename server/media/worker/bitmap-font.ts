// A 5×7 bitmap font of capitals and digits, for the words and counters in demo films.

const ROWS: Record<string, string> = {
  '0': '0e11131519110e',
  '1': '040c040404040e',
  '2': '0e11010204081f',
  '3': '1f02040201110e',
  '4': '02060a121f0202',
  '5': '1f101e0101110e',
  '6': '0608101e11110e',
  '7': '1f010204080808',
  '8': '0e11110e11110e',
  '9': '0e11110f01020c',
  ':': '00040400040400',
  ' ': '00000000000000',
  A: '0e11111f111111',
  B: '1e11111e11111e',
  C: '0e11101010110e',
  D: '1c12111111121c',
  E: '1f10101e10101f',
  F: '1f10101e101010',
  G: '0e11101711110f',
  H: '1111111f111111',
  I: '0e04040404040e',
  J: '0702020202120c',
  K: '11121418141211',
  L: '1010101010101f',
  M: '111b1515111111',
  N: '11191915131311',
  O: '0e11111111110e',
  P: '1e11111e101010',
  Q: '0e11111115120d',
  R: '1e11111e141211',
  S: '0f10100e01011e',
  T: '1f040404040404',
  U: '1111111111110e',
  V: '11111111110a04',
  W: '11111115151b11',
  X: '11110a040a1111',
  Y: '1111110a040404',
  Z: '1f01020408101f',
}

/** Calls `dot` for each set pixel of the text, in units of one font pixel; letters are 6 units apart. */
export function drawText(text: string, dot: (x: number, y: number) => void): void {
  for (const [place, letter] of text.toUpperCase().split('').entries()) {
    const rows = ROWS[letter] ?? ROWS[' '] ?? ''
    for (let y = 0; y < 7; y++) {
      const bits = Number.parseInt(rows.slice(y * 2, y * 2 + 2), 16)
      for (let x = 0; x < 5; x++) if (bits & (16 >> x)) dot(place * 6 + x, y)
    }
  }
}
