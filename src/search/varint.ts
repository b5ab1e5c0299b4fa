/** Whole numbers in as few bytes as they need: seven bits a byte, the lowest first. */

/** How many bytes the number takes. `value`: 0 to 2³²−1. */
export function varintLength(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value < 0x1000_0000 ? 4 : 5;
}

/** Writes the number at `at`; returns the place after it. */
export function putVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = value;
  let place = at;
  while (rest >= 0x80) {
    bytes[place] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
    place += 1;
  }
  bytes[place] = rest;
  return place + 1;
}

/** Reads numbers one after the other; 0 after the end. */
export class VarintReader {
  constructor(
    private readonly bytes: Uint8Array,
    private at: number,
  ) {}

  get place(): number {
    return this.at;
  }

  next(): number {
    let value = 0;
    let factor = 1;
    for (let count = 0; count < 5 && this.at < this.bytes.length; count += 1) {
      const byte = this.bytes[this.at] ?? 0;
      this.at += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 0x80;
    }
    return value;
  }
}
