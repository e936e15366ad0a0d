// A bundle that lies in a Blob, read by the engine.
import { decodeRecords, type Substitute } from '../encoding/decoder.js';
import { Encoder } from '../encoding/encoder.js';
import { BlobFile } from '../snapshot/blob-file.js';
import type { Source } from '../types.js';
import { MemoryFile } from '../storage/memory-file.js';
import { check, parse } from './answer.js';
import { VFS, type Core } from './connection.js';
import type { SyncFile } from './engine.js';
import { loadEngine } from './engine-alone.js';

const latin1 = new TextDecoder('latin1');
const PATH = 'ferrite-restore.bundle';
const BATCH_BYTES = 256 << 10;
/** A storage holds texts. */
const noSubstitute = (): Substitute => (type) => { throw new RangeError(`A ${type} in a storage.`); };

interface Contents {
  identity: string;
  sources: { source: Source; status: 'ready' | 'absent'; records: number }[];
  structure: string[];
}

export class OpenBundle {
  readonly core: Core;
  readonly contents: Contents;
  readonly #encoder: Encoder;
  /** Of the input area. */
  #address = 0;

  private constructor(core: Core, contents: Contents) {
    this.core = core;
    this.contents = contents;
    this.#encoder = new Encoder((needed) => {
      const at = this.#address = core.engine.input(needed);
      return core.module.HEAPU8.subarray(at, at + needed);
    });
  }

  /** Checks all of it first. */
  static async open(blob: Blob, wasmUrl: string | undefined): Promise<OpenBundle> {
    const files = new Map<string, SyncFile>([[PATH, new BlobFile(blob)], [`${PATH}-journal`, new MemoryFile()]]);
    const core = await loadEngine(wasmUrl, files);
    return new OpenBundle(core, parse<Contents>(core.engine.openBundle(PATH, VFS)));
  }

  /** A batch of about that many bytes, and whether it is the source's last. Valid for ever: a copy. */
  read(source: number, after: IDBValidKey | undefined, maxBytes: number): { bytes: Uint8Array; isLast: boolean } {
    const { engine, module } = this.core;
    check(engine.readBundle(source, after === undefined ? 0 : this.#write(after), maxBytes));
    const at = engine.outputAddress();
    return { bytes: module.HEAPU8.slice(at, at + engine.outputLength()), isLast: engine.bundleAtEnd() };
  }

  /** All of a storage. */
  texts(source: number): [key: string, value: string][] {
    const texts: [string, string][] = [];
    for (let after: string | undefined; ;) {
      const { bytes, isLast } = this.read(source, after, BATCH_BYTES);
      for (const [key, value] of decodeRecords(bytes, noSubstitute)) texts.push([key as string, value as string]);
      if (isLast) return texts;
      after = texts[texts.length - 1]![0];
    }
  }

  close(): void {
    this.core.engine.closeBundle();
    this.core.engine.delete();
  }

  /** Two keys have one text when they are one key. */
  textOf(key: IDBValidKey): string {
    const length = this.#write(key);
    return latin1.decode(this.core.module.HEAPU8.slice(this.#address, this.#address + length));
  }

  /** Puts a key into the input area; its length. */
  #write(key: IDBValidKey): number {
    this.#encoder.reset();
    this.#encoder.value(key);
    return this.#encoder.position;
  }
}
