// The SQLite file that a backup and what it builds on give.
import { applyContainer, readContainer } from '../container/copy.js';
import { failure } from '../container/failure.js';
import type { ContainerKey } from '../container/key.js';
import { ContainerReader } from '../container/reader.js';
import { toFerriteError } from '../error.js';
import type { Engine, SyncFile } from '../worker/engine.js';
import { chainOf } from './decisions.js';
import { checkRoom, fileSink, fileTarget } from './file-io.js';
import type { BackupFolder } from './folder.js';

/** Writes it into the open, empty file; each container is checked, and the result by its plain hash. */
export async function buildBackup(folder: BackupFolder, engine: Engine, id: string, key: ContainerKey | undefined, file: SyncFile): Promise<void> {
  const chain = chainOf(engine, await folder.list(), id);
  await checkRoom(Math.max(...chain.map(({ plainBytes }) => plainBytes)));
  let base: string | undefined;
  for (const backup of chain) {
    try {
      const reader = await ContainerReader.open(await folder.source(backup), key);
      if (base === undefined) await readContainer(reader, fileSink(file));
      else await applyContainer(reader, base, fileTarget(file));
      if (reader.id !== backup.id) throw failure('container_damaged', 'The container has another id.');
      base = reader.id;
    } catch (error) {
      const told = toFerriteError(error);
      throw failure(told.code, `Backup ${backup.id.slice(0, 12)}: ${told.message}`, error, told.hint);
    }
  }
  file.flush();
}
