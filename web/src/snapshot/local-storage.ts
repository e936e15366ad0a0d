// In the window: workers have no localStorage.
import { readStorage, type StorageSnapshot } from '../sources/storage-snapshot.js';

/** Makes localStorage hold these items and no others, and gives what it holds then. */
export function writeLocalStorage({ keys, values }: StorageSnapshot): StorageSnapshot {
  // The prototype's methods: a stored key "clear" or "setItem" hides the object's.
  const { clear, setItem } = Storage.prototype;
  clear.call(localStorage);
  keys.forEach((key, i) => setItem.call(localStorage, key, values[i]!));
  return readStorage('localStorage');
}
