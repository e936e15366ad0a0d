/**
 * A seeded generator (sfc32). Each record gets its own stream, named by collection and index, so a record is the
 * same whatever the scale and whatever was generated before it.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(stream: string, index: number) {
    this.a = hash(stream);
    this.b = index | 0;
    this.c = SEED;
    for (let i = 0; i < 12; i++) this.next();
  }

  /** An unsigned 32-bit integer. */
  next(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum | 0;
    return sum >>> 0;
  }

  /** An integer in [low, high]. */
  int(low: number, high: number): number {
    return low + (this.next() % (high - low + 1));
  }

  real(): number {
    return this.next() / 0x1_0000_0000;
  }

  chance(probability: number): boolean {
    return this.real() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.next() % items.length]!;
  }

  /** Distinct items, in the order of the list. */
  some<T>(items: readonly T[], low: number, high: number): T[] {
    const wanted = this.int(low, high);
    const chosen = new Set<number>();
    while (chosen.size < wanted) chosen.add(this.next() % items.length);
    return [...chosen].sort((x, y) => x - y).map((i) => items[i]!);
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length }, () => this.next() & 0xff);
  }

  /** A moment in the shop's seven seasons, to the millisecond. */
  date(): Date {
    return new Date(Date.UTC(2018, 2, 1) + Math.floor(this.real() * 7 * 365 * 86_400_000));
  }
}

const SEED = 0x5eaf00d;

function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h;
}
