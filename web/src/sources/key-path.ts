// Numeric keys read from the records themselves.

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;

/**
 * A function that reads the key where the store keeps it inside its records,
 * or undefined where it does not, or in a way that only the database knows.
 */
export function numericKeyReader(keyPath: unknown): ((value: unknown) => number) | undefined {
  if (typeof keyPath !== 'string') return undefined;
  const steps = keyPath.split('.');
  if (!steps.every((step) => IDENTIFIER.test(step))) return undefined;
  type Fields = Record<string, unknown>;
  return (value) => steps.reduce<unknown>((at, name) => (at as Fields)[name], value) as number;
}
