// What the user holds, and the file key that it wraps: core/doc/container.md.
import { join, type Bytes } from './bytes.js';
import { failure } from './failure.js';
import { ITERATIONS, type Encryption } from './header.js';

/**
 * A passphrase, whose UTF-8 bytes count as they are, not normalised; 32 raw
 * bytes; or an AES-GCM key of 256 bits that may encrypt and decrypt, extractable
 * or not, which is the same to the file as its raw bytes.
 */
export type ContainerKey = { readonly passphrase: string } | { readonly raw: Uint8Array } | CryptoKey;

const NONCE_BYTES = 12;
const KEY_BYTES = 32;
export const WRAPPED_KEY_BYTES = NONCE_BYTES + KEY_BYTES + 16;

const isCryptoKey = (key: ContainerKey): key is CryptoKey => typeof CryptoKey === 'function' && key instanceof CryptoKey;

/** What the header says about the key; a new salt each time. */
export function describeKey(key: ContainerKey): Encryption {
  if (isCryptoKey(key) || 'raw' in key) return { key: 'raw' };
  return { key: 'passphrase', iterations: ITERATIONS, salt: crypto.getRandomValues(new Uint8Array(16)) };
}

const importAes = (raw: Bytes, usages: KeyUsage[]): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', raw, 'AES-GCM', false, usages);

async function derive(passphrase: string, { iterations, salt }: Encryption & { key: 'passphrase' }): Promise<CryptoKey> {
  if (passphrase === '') throw failure('invalid_argument', 'The passphrase is empty.');
  // It would be encoded as another text.
  if (/\p{Surrogate}/u.test(passphrase)) throw failure('invalid_argument', 'The passphrase is no well-formed text.');
  const material = await crypto.subtle.importKey('raw', new TextEncoder().encode(passphrase), 'PBKDF2', false, ['deriveKey']);
  return crypto.subtle.deriveKey(
    { name: 'PBKDF2', hash: 'SHA-256', salt, iterations }, material, { name: 'AES-GCM', length: 256 }, false,
    ['encrypt', 'decrypt']);
}

async function wrappingKey(key: ContainerKey, encryption: Encryption): Promise<CryptoKey> {
  const isRaw = isCryptoKey(key) || 'raw' in key;
  if (isRaw !== (encryption.key === 'raw')) {
    throw failure('key_wrong', isRaw
      ? 'The container is encrypted with a passphrase, and a raw key is given.'
      : 'The container is encrypted with a raw key, and a passphrase is given.');
  }
  if (isCryptoKey(key)) {
    const { name, length } = key.algorithm as AesKeyAlgorithm;
    if (name === 'AES-GCM' && length === 256) return key;
    throw failure('invalid_argument', 'The CryptoKey is no AES-GCM key of 256 bits.');
  }
  if (encryption.key === 'passphrase') return derive((key as { passphrase: string }).passphrase, encryption);
  const { raw } = key as { raw: Uint8Array };
  if (raw.length !== KEY_BYTES) throw failure('invalid_argument', `A raw key has 32 bytes, this one has ${raw.length}.`);
  return importAes(raw.slice(), ['encrypt', 'decrypt']);
}

/** A new file key, and its wrap, bound to the file's bytes before it. */
export async function makeFileKey(key: ContainerKey, encryption: Encryption, header: Bytes): Promise<{ fileKey: CryptoKey; wrapped: Bytes }> {
  const wrapping = await wrappingKey(key, encryption);
  const raw = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: header }, wrapping, raw);
  const fileKey = await importAes(raw, ['encrypt']);
  raw.fill(0);
  return { fileKey, wrapped: join(iv, new Uint8Array(sealed)) };
}

export async function openFileKey(key: ContainerKey, encryption: Encryption, header: Bytes, wrapped: Bytes): Promise<CryptoKey> {
  const wrapping = await wrappingKey(key, encryption);
  const iv = wrapped.subarray(0, NONCE_BYTES);
  let raw: Bytes;
  try {
    raw = new Uint8Array(await crypto.subtle.decrypt(
      { name: 'AES-GCM', iv, additionalData: header }, wrapping, wrapped.subarray(NONCE_BYTES)));
  } catch (cause) {
    // Any other failure (a key that may not decrypt) is the caller's mistake.
    if ((cause as Error).name !== 'OperationError') throw failure('invalid_argument', String(cause), cause);
    throw failure('key_wrong', 'The key is another one, or the header was changed.', cause);
  }
  const fileKey = await importAes(raw, ['decrypt']);
  raw.fill(0);
  return fileKey;
}

/** A frame's nonce: its sequence number. No two containers share a file key. */
export function frameNonce(sequence: number): Bytes {
  const nonce = new DataView(new ArrayBuffer(NONCE_BYTES));
  nonce.setUint32(8, sequence);
  return new Uint8Array(nonce.buffer);
}
