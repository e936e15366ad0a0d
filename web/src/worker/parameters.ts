import { Encoder } from '../encoding/encoder.js';
import type { SqlParameters } from '../types.js';
import type { Core } from './connection.js';

/** Encodes a statement's parameters into the engine's input area; their length. */
export function writeParameters({ module, engine }: Core, parameters: SqlParameters | undefined): number {
  if (parameters === undefined) return 0;
  // The area keeps what is in it when it grows.
  const encoder = new Encoder((needed) => {
    const at = engine.input(needed);
    return module.HEAPU8.subarray(at, at + needed);
  });
  encoder.value(parameters);
  return encoder.position;
}
