// A backup of this tab's store.
import { fileSource } from '../backup/file-io.js';
import type { BackupFolder, StoredBackup } from '../backup/folder.js';
import { writeBackup, type BackupRequest } from '../backup/writer.js';
import { blobSource, type ByteSource } from '../container/byte-io.js';
import { findStore } from '../marker.js';
import { check } from './answer.js';
import type { Connection } from './connection.js';

export type Wanted = Pick<BackupRequest, 'reason' | 'description' | 'full' | 'key' | 'signal' | 'newer'>;

/** Of the open store. Rejects with `store_corrupt` when SQLite's quick_check fails. */
export async function backUp(connection: Connection, folder: BackupFolder, wanted: Wanted): Promise<StoredBackup> {
  const { store } = connection.settings;
  const [{ engine }, storage] = await Promise.all([connection.core(), connection.storage()]);
  check(engine.quickCheck());
  const source = fileSource(storage.files.get(store)!);
  return writeBackup(folder, engine, source, { ...wanted, isSound: true, pageBytes: await pageBytesOf(source), marker: await markerText(store) });
}

/** Of a file that is no database that can be opened. */
export async function backUpBytes(connection: Connection, folder: BackupFolder, bytes: Blob, wanted: Wanted): Promise<StoredBackup> {
  const { engine } = await connection.core();
  return writeBackup(folder, engine, blobSource(bytes), { ...wanted, isSound: false, pageBytes: 0, marker: undefined });
}

async function markerText(store: string): Promise<string | undefined> {
  const { marker } = await findStore(store);
  return marker && JSON.stringify(marker);
}

/** From SQLite's header. */
async function pageBytesOf(source: ByteSource): Promise<number> {
  const [high = 0, low = 0] = await source.read(16, 2);
  const said = high << 8 | low;
  return said === 1 ? 65536 : said;
}
