// Containers over open files.
import type { ByteSink, ByteSource, ByteTarget } from '../container/byte-io.js';
import { FerriteError } from '../error.js';
import type { SyncFile } from '../worker/engine.js';

function writeAt(file: SyncFile, bytes: Uint8Array, at: number): void {
  let done: number;
  try {
    done = file.write(bytes, { at });
  } catch (cause) {
    if ((cause as Error).name !== 'QuotaExceededError') throw cause;
    done = -1;
  }
  if (done !== bytes.length) throw new FerriteError({ code: 'store_full', message: 'There is no space left.', hint: 'Delete old backups.' });
}

export function fileSource(file: SyncFile): ByteSource {
  return {
    size: file.getSize(),
    read(offset, length) {
      const bytes = new Uint8Array(length);
      const read = file.read(bytes, { at: offset });
      return bytes.subarray(0, read);
    },
  };
}

/** At the file's end. */
export function fileSink(file: SyncFile): ByteSink {
  let at = 0;
  return { write: (bytes) => { writeAt(file, bytes, at); at += bytes.length; } };
}

export function fileTarget(file: SyncFile): ByteTarget {
  return {
    get size() { return file.getSize(); },
    read: (offset, length) => fileSource(file).read(offset, length),
    write: (bytes, offset) => writeAt(file, bytes, offset),
    truncate: (size) => file.truncate(size),
  };
}

/** Rejects with `store_full` when the origin has no room for `bytes` more; where nobody tells, the write will. */
export async function checkRoom(bytes: number): Promise<void> {
  const { quota, usage } = await navigator.storage?.estimate?.().catch(() => ({})) as StorageEstimate ?? {};
  if (quota === undefined || usage === undefined || quota - usage >= bytes) return;
  throw new FerriteError({
    code: 'store_full',
    message: `This needs up to ${bytes} bytes, and ${quota - usage} are free.`,
    hint: 'Make room, or delete old backups; nothing was changed.',
  });
}
