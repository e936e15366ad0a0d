// Objects of the platform that the record encoding does not hold, as plain
// values that it does. What has no entry here, or none that gives back the
// same, is kept by the browser's own structured copy.

interface Kind {
  /** Undefined where this one cannot be described. */
  describe(object: never): unknown;
  rebuild(description: never): object | Promise<object>;
}

interface Rect { x: number; y: number; width: number; height: number }
interface Point { x: number; y: number; z: number; w: number }
interface KeyDescription {
  format: 'jwk';
  key: JsonWebKey;
  algorithm: KeyAlgorithm;
  usages: KeyUsage[];
}
interface Pixels {
  data: Uint8ClampedArray<ArrayBuffer>;
  width: number;
  height: number;
  colorSpace: PredefinedColorSpace;
  /** Left out by browsers that know one. */
  pixelFormat?: string;
}
interface Quota { message: string; quota: number | null; requested: number | null }

type QuotaConstructor = new (message: string, options: object) => object;

const rect = (Type: typeof DOMRectReadOnly): Kind => ({
  describe: ({ x, y, width, height }: Rect) => ({ x, y, width, height }),
  rebuild: ({ x, y, width, height }: Rect) => new Type(x, y, width, height),
});

const pointOf = ({ x, y, z, w }: Point): Point => ({ x, y, z, w });
const pointFrom = ({ x, y, z, w }: Point): DOMPoint => new DOMPoint(x, y, z, w);

const point = (Type: typeof DOMPointReadOnly): Kind => ({
  describe: pointOf,
  rebuild: ({ x, y, z, w }: Point) => new Type(x, y, z, w),
});

const matrix = (Type: typeof DOMMatrixReadOnly): Kind => ({
  // The number of elements says whether it is two-dimensional.
  describe: (m: DOMMatrixReadOnly) => (m.is2D ? [m.a, m.b, m.c, m.d, m.e, m.f] : [...m.toFloat64Array()]),
  rebuild: (elements: number[]) => new Type(elements),
});

const KINDS: Record<string, () => Kind> = {
  DOMRect: () => rect(DOMRect),
  DOMRectReadOnly: () => rect(DOMRectReadOnly),
  DOMPoint: () => point(DOMPoint),
  DOMPointReadOnly: () => point(DOMPointReadOnly),
  DOMMatrix: () => matrix(DOMMatrix),
  DOMMatrixReadOnly: () => matrix(DOMMatrixReadOnly),
  DOMQuad: () => ({
    describe: ({ p1, p2, p3, p4 }: DOMQuad) => [p1, p2, p3, p4].map(pointOf),
    rebuild: ([p1, p2, p3, p4]: [Point, Point, Point, Point]) =>
      new DOMQuad(pointFrom(p1), pointFrom(p2), pointFrom(p3), pointFrom(p4)),
  }),
  ImageData: () => ({
    describe: ({ data, width, height, colorSpace, pixelFormat }: Pixels) =>
      ({ data, width, height, colorSpace, ...(pixelFormat !== undefined && { pixelFormat }) }),
    rebuild: ({ data, width, height, ...settings }: Pixels) =>
      new ImageData(data, width, height, settings as ImageDataSettings),
  }),
  DOMException: () => ({
    describe: ({ message, name }: DOMException) => ({ message, name }),
    rebuild: ({ message, name }: DOMException) => new DOMException(message, name),
  }),
  QuotaExceededError: () => ({
    describe: ({ message, quota, requested }: Quota) => ({ message, quota, requested }),
    rebuild: ({ message, quota, requested }: Quota) => {
      const { QuotaExceededError } = globalThis as unknown as { QuotaExceededError: QuotaConstructor };
      return new QuotaExceededError(message, { ...(quota !== null && { quota }), ...(requested !== null && { requested }) });
    },
  }),
  CryptoKey: () => ({ describe: describeKey, rebuild: importKey }),
};

async function describeKey(key: CryptoKey): Promise<KeyDescription | undefined> {
  if (!key.extractable) return undefined;
  try {
    const { algorithm, usages } = key;
    const description: KeyDescription = { format: 'jwk', key: await crypto.subtle.exportKey('jwk', key), algorithm, usages };
    // A key that cannot be had back from it is as good as one that may not be exported.
    const again = await crypto.subtle.exportKey('jwk', await importKey(description));
    return JSON.stringify(again) === JSON.stringify(description.key) ? description : undefined;
  } catch {
    return undefined;
  }
}

function importKey({ format, key, algorithm, usages }: KeyDescription): Promise<CryptoKey> {
  return crypto.subtle.importKey(format, key, algorithm as AlgorithmIdentifier, true, usages);
}

const kindOf = (type: string): Kind | undefined => (Object.hasOwn(KINDS, type) ? KINDS[type]!() : undefined);

/** Undefined when only a structured copy gives the same object back. */
export async function describe(type: string, object: object): Promise<unknown> {
  return kindOf(type)?.describe(object as never);
}

/** Whether rebuild() gives a promise. */
export const isRebuiltLater = (type: string): boolean => type === 'CryptoKey';

export function rebuild(type: string, description: unknown): object | Promise<object> {
  const kind = kindOf(type);
  if (!kind) throw new RangeError(`Nothing builds a ${type}.`);
  return kind.rebuild(description as never);
}
