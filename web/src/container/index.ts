// Containers: the outer form of a file that Ferrite keeps or hands out. Needs
// no worker and no WebAssembly: WebCrypto and compression streams do the work.
export { blobSource, BlobSink, type ByteSink, type ByteSource, type ByteTarget } from './byte-io.js';
export {
  applyContainer, checkContainer, readContainer, writeContainer,
  type CheckedContainer, type CopyOptions, type WriteOptions, type WrittenContainer,
} from './copy.js';
export type { ContainerHeader, Encryption } from './header.js';
export type { ContainerKey } from './key.js';
export { ContainerReader, type Group } from './reader.js';
export { ContainerWriter } from './writer.js';
export { FerriteError } from '../error.js';
