import type { Random } from "./random.js";

const CELLS = 5;
const SIDE = CELLS + 2;

/** A mirrored five-by-five pattern as a real PNG of some 130 bytes: two colours, one byte per pixel, not compressed. */
export function portrait(random: Random): Blob {
  const hue = random.int(0, 359);
  const palette = [...colour(hue, 0.92), ...colour((hue + random.int(-25, 25) + 360) % 360, 0.45)];
  const rows = new Uint8Array(SIDE * (SIDE + 1));
  for (let y = 0; y < CELLS; y++) {
    for (let x = 0; x < (CELLS + 1) / 2; x++) {
      if (!random.chance(0.55)) continue;
      const row = (y + 1) * (SIDE + 1) + 1;
      rows[row + 1 + x] = 1;
      rows[row + CELLS - x] = 1;
    }
  }
  const header = [...uint32(SIDE), ...uint32(SIDE), 8, 3, 0, 0, 0];
  const bytes = [
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...chunk("IHDR", header),
    ...chunk("PLTE", palette),
    ...chunk("IDAT", stored(rows)),
    ...chunk("IEND", []),
  ];
  return new Blob([Uint8Array.from(bytes)], { type: "image/png" });
}

/** zlib with one stored block: enough for a picture this small, and the same bytes in every engine. */
function stored(data: Uint8Array): number[] {
  const size = [data.length & 0xff, data.length >>> 8];
  return [0x78, 0x01, 1, ...size, ...size.map((byte) => byte ^ 0xff), ...data, ...uint32(adler32(data))];
}

function chunk(type: string, data: readonly number[]): number[] {
  const body = [...type].map((letter) => letter.charCodeAt(0)).concat(data);
  return [...uint32(data.length), ...body, ...uint32(crc32(body))];
}

function uint32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

function crc32(data: readonly number[]): number {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function adler32(data: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (const byte of data) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return (high * 65536 + low) >>> 0;
}

function colour(hue: number, lightness: number): number[] {
  const reach = 0.5 * Math.min(lightness, 1 - lightness);
  return [0, 8, 4].map((offset) => {
    const k = (offset + hue / 30) % 12;
    return Math.round(255 * (lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  });
}
