// Which simple types the top-level fields of a store's records have.

import type { ColumnType } from '../src/types.js';

/** A field's type as far as the sample tells; 'mixed' stays outside columns. */
export type FieldType = ColumnType | 'mixed' | 'nothing';

export interface Field {
  name: string;
  type: FieldType;
  /** In how many records it is there. */
  seen: number;
}

const tag = (value: object): string => Object.prototype.toString.call(value).slice(8, -1);

/** The type whose *exact* values (core/doc/plan.md) hold `value`. */
export function fieldTypeOf(value: unknown): FieldType {
  switch (typeof value) {
    case 'undefined':
      return 'nothing';
    case 'string':
      return 'text';
    case 'boolean':
      return 'boolean';
    case 'bigint':
      return 'bigint';
    case 'number':
      return Number.isSafeInteger(value) ? 'integer' : 'real';
    case 'object':
      return value === null ? 'nothing' : objectTypeOf(value);
    default:
      return 'mixed';
  }
}

function objectTypeOf(value: object): FieldType {
  switch (tag(value)) {
    case 'Object':
    case 'Array':
      return 'json';
    case 'Date':
      return 'datetime';
    case 'Uint8Array':
    case 'ArrayBuffer':
    case 'Blob':
    case 'File':
      return 'blob';
    default:
      return 'mixed';
  }
}

function join(a: FieldType, b: FieldType): FieldType {
  if (a === b || b === 'nothing') return a;
  if (a === 'nothing') return b;
  const numbers = (type: FieldType): boolean => type === 'integer' || type === 'real';
  return numbers(a) && numbers(b) ? 'real' : 'mixed';
}

/** Keeps types and counts, never the values: samples may be large. */
export class FieldSurvey {
  records = 0;
  #fields = new Map<string, Field>();

  add(record: unknown): void {
    this.records++;
    if (typeof record !== 'object' || record === null || tag(record) !== 'Object') return;
    for (const [name, value] of Object.entries(record)) {
      const type = fieldTypeOf(value);
      const field = this.#fields.get(name);
      if (field) {
        field.type = join(field.type, type);
        field.seen++;
      } else {
        this.#fields.set(name, { name, type, seen: 1 });
      }
    }
  }

  /** In the order in which they were first seen. */
  fields(): Field[] {
    return [...this.#fields.values()];
  }
}
