// Names that are no Unicode text, for the engine, which knows no others. The
// real ones are in the structure.

/** Lone surrogates as \udXXX behind a U+FFFD, so that two names stay two. */
function readableName(name: string): string {
  const escaped = JSON.stringify(name).slice(1, -1);
  const isUnicode = !/(?<!\\)(?:\\\\)*\\ud/.test(escaped);
  return isUnicode ? name : `\ufffd${escaped}`;
}

/** A copy in which every text is Unicode. */
export function readable<T>(value: T): T {
  if (typeof value === 'string') return readableName(value) as T;
  if (Array.isArray(value)) return value.map(readable) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inside]) => [name, readable(inside)])) as T;
}
