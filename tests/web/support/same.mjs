// A stricter comparison than assert.deepStrictEqual: prototypes, -0, holes,
// property order, shared references and cycles, and what buffers and errors
// hold. Gives "" or the path and kind of the first difference.

const own = (value) => Reflect.ownKeys(value).filter((key) => key !== 'length');

export function difference(a, b) {
  return compare(a, b, '$', new Map(), new Map());
}

function compare(a, b, path, seenA, seenB) {
  if (typeof a !== typeof b) return `${path}: ${typeof a} and ${typeof b}`;
  if (typeof a !== 'object' || a === null || b === null) {
    return Object.is(a, b) ? '' : `${path}: ${String(a)} and ${String(b)}`;
  }
  if (seenA.has(a) || seenB.has(b)) {
    return seenA.get(a) === b && seenB.get(b) === a ? '' : `${path}: shared otherwise`;
  }
  seenA.set(a, b);
  seenB.set(b, a);
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return `${path}: another prototype`;
  return compareInside(a, b, path, seenA, seenB) || compareMembers(a, b, path, seenA, seenB);
}

function compareInside(a, b, path, seenA, seenB) {
  const inside = (x, y, name) => compare(x, y, `${path}.${name}`, seenA, seenB);
  if (a instanceof Date) return inside(a.getTime(), b.getTime(), 'time');
  if (a instanceof RegExp) return inside(String(a), String(b), 'source');
  if (a instanceof Boolean || a instanceof Number || a instanceof String || a instanceof BigInt) {
    return inside(a.valueOf(), b.valueOf(), 'value');
  }
  if (a instanceof Map || a instanceof Set) {
    if (a.size !== b.size) return `${path}: ${a.size} and ${b.size} entries`;
    const others = [...b.entries()];
    return [...a.entries()].map((entry, i) =>
      inside(entry[0], others[i][0], `key${i}`) || inside(entry[1], others[i][1], `entry${i}`)).find(Boolean) ?? '';
  }
  if (a instanceof ArrayBuffer) {
    return inside(a.resizable, b.resizable, 'resizable') || inside(a.maxByteLength, b.maxByteLength, 'maxByteLength') ||
      (Buffer.compare(Buffer.from(a), Buffer.from(b)) === 0 ? '' : `${path}: other bytes`);
  }
  if (ArrayBuffer.isView(a)) {
    return inside(a.byteOffset, b.byteOffset, 'byteOffset') || inside(a.byteLength, b.byteLength, 'byteLength') ||
      inside(a.buffer, b.buffer, 'buffer');
  }
  return '';
}

function compareMembers(a, b, path, seenA, seenB) {
  if (ArrayBuffer.isView(a)) return '';
  if (Array.isArray(a) && a.length !== b.length) return `${path}: length ${a.length} and ${b.length}`;
  const keys = own(a);
  const others = own(b);
  if (!(a instanceof Error) && keys.join() !== others.join()) return `${path}: [${keys}] and [${others}]`;
  if (keys.length !== others.length) return `${path}: [${keys}] and [${others}]`;
  for (const key of keys) {
    const one = Object.getOwnPropertyDescriptor(a, key);
    const other = Object.getOwnPropertyDescriptor(b, key);
    if (other === undefined || one.enumerable !== other.enumerable) return `${path}: ${String(key)} is missing or another`;
    const found = compare(a[key], b[key], `${path}.${String(key)}`, seenA, seenB);
    if (found !== '') return found;
  }
  return '';
}
