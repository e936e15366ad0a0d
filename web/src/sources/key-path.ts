// Key paths: of plans, and read from the records themselves.

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
  const [name] = steps as [string];
  if (steps.length === 1) return (value) => (value as Fields)[name] as number;
  return (value) => steps.reduce<unknown>((at, step) => (at as Fields)[step], value) as number;
}

/** The key path of a JSON Pointer through objects; undefined where there is none. */
export function keyPathOf(pointer: unknown): string | undefined {
  if (typeof pointer !== 'string' || !pointer.startsWith('/')) return undefined;
  const steps = pointer.slice(1).split('/').map((step) => step.replace(/~1/g, '/').replace(/~0/g, '~'));
  return steps.every((step) => IDENTIFIER.test(step)) ? steps.join('.') : undefined;
}
