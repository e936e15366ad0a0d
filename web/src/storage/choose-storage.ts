import { findImage } from '../marker.js';
import type { Settings } from '../protocol.js';
import { MemoryImageStorage } from './memory-image.js';
import { OpfsStorage } from './opfs.js';
import type { Storage } from './storage.js';

/**
 * OPFS where the browser has it. A store whose image lies in IndexedDB from
 * the time before the browser had it stays there: one store, one place.
 */
export async function chooseStorage({ storage, store }: Pick<Settings, 'storage' | 'store'>): Promise<Storage> {
  const image = storage === 'auto' ? findImage(store) : undefined;
  image?.catch(() => undefined);
  const opfs = image && await OpfsStorage.create();
  if (!opfs) return MemoryImageStorage.create();
  const isThere = (await opfs.size(store)) > 0;
  const elsewhere = !isThere && (await image).bytes > 0;
  return elsewhere ? MemoryImageStorage.create() : opfs;
}
