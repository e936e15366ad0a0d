// Builds records again from a table's rows, after the rules of core/doc/plan.md
// and without the core: what the store says, in a second opinion.
import { decode } from '../../../web/src/encoding/decoder.js';
import type { Database, PlanColumn, PlanTable, Row } from '../../../web/src/types.js';

interface Mapped {
  name: string;
  path: string;
  type: string;
  convert?: string | undefined;
}

function mappedColumns(table: PlanTable): Mapped[] {
  const columns = Object.entries(table.columns ?? {}).map(([name, column]) => {
    const { type, path = type === 'key' ? '$key' : `/${name}`, convert } = typeof column === 'string' ? { type: column } as PlanColumn : column;
    return { name, path, type, convert };
  });
  return table.primaryKey ? columns : [{ name: '_key', path: '$key', type: 'key' }, ...columns];
}

const wtf8 = (bytes: Uint8Array): string => decode(new Uint8Array([0xd9, 0x01, 0x11, 0x58, bytes.length, ...bytes])) as string;

// The sortable form: type byte, then what core/doc/record-encoding.md says.
function sortableKey(bytes: Uint8Array, at = { offset: 0 }): unknown {
  const tag = bytes[at.offset++]!;
  if (tag === 0x10 || tag === 0x20) {
    const view = new DataView(bytes.slice(at.offset, at.offset + 8).buffer);
    at.offset += 8;
    const high = view.getUint32(0);
    if (high & 0x80000000) view.setUint32(0, (high ^ 0x80000000) >>> 0);
    else {
      view.setUint32(0, ~high >>> 0);
      view.setUint32(4, ~view.getUint32(4) >>> 0);
    }
    const number = view.getFloat64(0);
    return tag === 0x10 ? number : new Date(number);
  }
  if (tag === 0x50) {
    const members: unknown[] = [];
    while (bytes[at.offset] !== 0) members.push(sortableKey(bytes, at));
    at.offset += 1;
    return members;
  }
  const content: number[] = [];
  for (;;) {
    const byte = bytes[at.offset++]!;
    if (byte !== 0) content.push(byte);
    else if (bytes[at.offset] === 0xff) (content.push(0), at.offset++);
    else break;
  }
  if (tag === 0x40) return new Uint8Array(content).buffer;
  let text = '';
  for (let i = 0; i < content.length;) {
    const lead = content[i]!;
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : 3;
    let unit = length === 1 ? lead : lead & (0x7f >> length);
    for (let k = 1; k < length; ++k) unit = (unit << 6) | (content[i + k]! & 0x3f);
    text += String.fromCharCode(unit);
    i += length;
  }
  return text;
}

function fieldValue(cell: Row[string], type: string, convert?: string): unknown {
  if (convert === 'iso') return type === 'datetime' ? new Date(Number(cell)).toISOString() : cell;
  switch (type) {
    case 'boolean': return cell === 1;
    case 'datetime': return new Date(Number(cell));
    case 'json': return JSON.parse(cell as string);
    case 'bigint': return BigInt(cell as number | bigint);
    case 'text': return typeof cell === 'string' ? cell : wtf8(cell as Uint8Array);
    case 'key': return cell instanceof Uint8Array ? sortableKey(cell) : cell;
    default: return cell;
  }
}

// 27 ["Taken"]: here the bytes of a blob column were left out.
const TAKEN = [0xd8, 0x1b, 0x81, 0x65, 0x54, 0x61, 0x6b, 0x65, 0x6e];

function withBytesPutBack(rest: Uint8Array, blobs: Uint8Array[]): Uint8Array {
  const out: number[] = [];
  let next = 0;
  for (let i = 0; i < rest.length; ++i) {
    if (!TAKEN.every((byte, k) => rest[i + k] === byte)) {
      out.push(rest[i]!);
      continue;
    }
    const { length } = blobs[next]!;
    out.push(0x5a, length >>> 24, (length >>> 16) & 255, (length >>> 8) & 255, length & 255);
    for (const byte of blobs[next]!) out.push(byte);
    next += 1;
    i += TAKEN.length - 1;
  }
  return new Uint8Array(out);
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

function put(record: Record<string, unknown>, path: string, value: unknown): void {
  const names = path.slice(1).split('/').map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  let target = record;
  for (const name of names.slice(0, -1)) {
    if (!Object.hasOwn(target, name)) target[name] = {};
    if (!isPlain(target[name])) return;
    target = target[name];
  }
  const last = names[names.length - 1]!;
  if (!Object.hasOwn(target, last)) target[last] = value;
}

export async function entriesOf(database: Database, table: PlanTable): Promise<{ key: unknown; value: unknown }[]> {
  const columns = mappedColumns(table);
  const rows = await database.all(`SELECT * FROM "${table.name}"`);
  return rows.map((row) => {
    const rest = row['_unmapped'];
    const blobs = columns.filter(({ type }) => type === 'blob').map(({ name }) => row[name])
      .filter((cell): cell is Uint8Array => cell instanceof Uint8Array);
    const isWhole = rest === null && columns.some(({ path }) => path === '');
    let value = rest instanceof Uint8Array ? decode(withBytesPutBack(rest, blobs)) : isWhole ? undefined : {};
    let key: unknown;
    for (const { name, path, type, convert } of columns) {
      const cell = row[name];
      if (cell === null || cell === undefined) continue;
      const field = fieldValue(cell, type, convert);
      if (path === '$key') key = field;
      else if (path === '' && isWhole) value = field;
      else if (path !== '' && isPlain(value)) put(value, path, field);
    }
    return { key: key ?? keyOf(table, value), value };
  });
}

// Stores with an inline key: the primary key's paths are its key path.
function keyOf(table: PlanTable, value: unknown): unknown {
  const parts = (table.primaryKey ?? []).map((name) => {
    const { path } = mappedColumns(table).find((column) => column.name === name)!;
    return (value as Record<string, unknown>)[path.slice(1)];
  });
  return parts.length === 1 ? parts[0] : parts;
}
