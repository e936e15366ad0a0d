// A container's header: core/doc/container.md.
import { fromHex, isSame, join, toHex, type Bytes } from './bytes.js';
import { failure } from './failure.js';

export const VERSION = 1;
export const PROLOGUE_BYTES = 16;
export const HASH_BYTES = 32;
const HEADER_LIMIT = 16 << 10;
const DESCRIPTION_LIMIT = 1024;
const MIN_GROUP_BYTES = 4 << 10;
const MAX_GROUP_BYTES = 4 << 20;
/** The writers' count, and the smallest that readers take. */
export const ITERATIONS = 600_000;
const MAX_ITERATIONS = 10_000_000;

// A first byte that is no text, and line ends that a transfer in text mode would change.
const MAGIC = Uint8Array.of(0xf0, 0x46, 0x65, 0x52, 0x0d, 0x0a, 0x1a, 0x0a);

export type Encryption =
  | { readonly key: 'raw' }
  | { readonly key: 'passphrase'; readonly iterations: number; readonly salt: Bytes };

export interface ContainerHeader {
  readonly content: 'bundle' | 'store';
  /** Size of the whole file that is held. */
  readonly plainBytes: number;
  /** A power of two. */
  readonly groupBytes: number;
  /** SQLite's page size; 0: no pages, or not known. */
  readonly pageBytes: number;
  readonly compression: 'deflate' | 'none';
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** For people; readable without the key. */
  readonly description: string;
  /** Incremental: the id of the container whose content this one changes. */
  readonly base: string | undefined;
  readonly encryption: Encryption | undefined;
}

export const groupCount = ({ plainBytes, groupBytes }: ContainerHeader): number => Math.ceil(plainBytes / groupBytes);

/** Of the group `index` < groupCount: groupBytes but for the last one. */
export const groupLength = ({ plainBytes, groupBytes }: ContainerHeader, index: number): number =>
  Math.min(groupBytes, plainBytes - index * groupBytes);

const isPower = (value: number, least: number, most: number): boolean =>
  Number.isInteger(Math.log2(value)) && value >= least && value <= most;

/** What is out of its bounds, in a sentence; undefined when nothing is. */
export function wrongWith(header: ContainerHeader): string | undefined {
  if (!isPower(header.groupBytes, MIN_GROUP_BYTES, MAX_GROUP_BYTES)) {
    return "A group's size is a power of two from 4 KiB to 4 MiB.";
  }
  if (header.pageBytes !== 0 && !isPower(header.pageBytes, 512, 65536)) {
    return "A page's size is 0 or a power of two from 512 to 65536.";
  }
  if (!Number.isSafeInteger(header.plainBytes) || header.plainBytes < 0 || groupCount(header) >= 0xffffffff) {
    return 'The file is too large for groups of this size.';
  }
  if (!Number.isSafeInteger(header.createdAt) || header.createdAt < 0) {
    return 'The time is not one that the header can say.';
  }
  if (/\p{Surrogate}/u.test(header.description) || new TextEncoder().encode(header.description).length > DESCRIPTION_LIMIT) {
    return 'A description is UTF-8 of at most 1024 bytes.';
  }
  return undefined;
}

function encryptionJson(encryption: Encryption): object {
  const cipher = 'aes-256-gcm';
  if (encryption.key === 'raw') return { cipher, key: 'raw' };
  const { key, iterations, salt } = encryption;
  return { cipher, key, kdf: 'pbkdf2-hmac-sha-256', iterations, salt: toHex(salt) };
}

/** Prologue and header. */
export function encodeHeader(header: ContainerHeader): Bytes {
  const json = new TextEncoder().encode(JSON.stringify({
    content: header.content,
    plainBytes: header.plainBytes,
    groupBytes: header.groupBytes,
    pageBytes: header.pageBytes,
    compression: header.compression,
    createdAt: header.createdAt,
    description: header.description,
    base: header.base ?? null,
    encryption: header.encryption ? encryptionJson(header.encryption) : null,
  }));
  const numbers = new DataView(new ArrayBuffer(8));
  numbers.setUint32(0, VERSION);
  numbers.setUint32(4, json.length);
  return join(MAGIC, new Uint8Array(numbers.buffer), json);
}

/** The length of the header behind a prologue, which may be cut. */
export function decodePrologue(bytes: Uint8Array): number {
  const magic = bytes.subarray(0, MAGIC.length);
  if (bytes.length < 4 || !isSame(magic.subarray(0, 4), MAGIC.subarray(0, 4))) {
    throw failure('container_foreign', 'The file is no Ferrite container.');
  }
  if (!isSame(magic, MAGIC.subarray(0, magic.length))) {
    throw failure('container_damaged', 'The container was changed on its way, as text is.');
  }
  if (bytes.length < PROLOGUE_BYTES) {
    throw failure('container_damaged', 'The container is cut short within its beginning.');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, PROLOGUE_BYTES);
  const version = view.getUint32(8);
  if (version !== VERSION) {
    throw failure('container_foreign', `The container has version ${version}, this program reads version ${VERSION}.`,
      undefined, 'Use a newer Ferrite.');
  }
  if (view.getUint32(12) > HEADER_LIMIT) {
    throw failure('container_damaged', "The container's header is longer than a header can be.");
  }
  return view.getUint32(12);
}

const OTHER_PROGRAM = 'It was written by another program.';

const noHeader = (why: string): Error =>
  failure('container_foreign', `The container's header is not usable: ${why}.`, undefined, OTHER_PROGRAM);

function parseEncryption(json: unknown): Encryption {
  const { cipher, key, kdf, iterations, salt, ...others } = Object(json) as Record<string, unknown>;
  if (cipher !== 'aes-256-gcm' || Object.keys(others).length > 0) throw noHeader('its cipher is not known');
  if (key === 'raw' && kdf === undefined && iterations === undefined && salt === undefined) return { key };
  if (key !== 'passphrase' || kdf !== 'pbkdf2-hmac-sha-256') throw noHeader('where its key comes from is not known');
  if (!Number.isInteger(iterations) || Number(iterations) < ITERATIONS || Number(iterations) > MAX_ITERATIONS) {
    throw noHeader(`its iteration count ${String(iterations)} is not between ${ITERATIONS} and ${MAX_ITERATIONS}`);
  }
  const bytes = fromHex(salt, 16);
  if (!bytes) throw noHeader('its salt is not 16 bytes');
  return { key, iterations: Number(iterations), salt: bytes };
}

function parseJson(bytes: Uint8Array): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    if (typeof json === 'object' && json && !Array.isArray(json)) return json as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw noHeader('it is no JSON object');
}

export function parseHeader(bytes: Uint8Array): ContainerHeader {
  const json = parseJson(bytes);
  const { content, compression, description, base, encryption, plainBytes, groupBytes, pageBytes, createdAt, ...others } = json;
  // Another member may change what the file means: it needs another version.
  if (base === undefined || encryption === undefined || Object.keys(others).length > 0) throw noHeader('it has other members');
  if (content !== 'bundle' && content !== 'store') throw noHeader('its content is not known');
  if (compression !== 'deflate' && compression !== 'none') throw noHeader('its compression is not known');
  if (typeof description !== 'string') throw noHeader('its description is no text');
  if (base !== null && !fromHex(base, HASH_BYTES)) throw noHeader('its base is no id');
  for (const number of [plainBytes, groupBytes, pageBytes, createdAt]) {
    if (typeof number !== 'number') throw noHeader('a size or the time is no number');
  }
  const header: ContainerHeader = {
    content,
    plainBytes: plainBytes as number,
    groupBytes: groupBytes as number,
    pageBytes: pageBytes as number,
    compression,
    createdAt: createdAt as number,
    description,
    base: base === null ? undefined : base as string,
    encryption: encryption === null ? undefined : parseEncryption(encryption),
  };
  const wrong = wrongWith(header);
  if (wrong) throw failure('container_foreign', wrong, undefined, OTHER_PROGRAM);
  return header;
}
