// Backups of the store, and rollback.
import type { StorageSnapshots } from '../sources/storage-snapshot.js';
import type { Ferrite } from '../types.js';
import type { Channel } from './channel.js';
import { answerQuestion } from './questions.js';

type BackupCalls = Pick<
  Ferrite,
  'createBackup' | 'listBackups' | 'verifyBackup' | 'restoreBackup' | 'deleteBackup' | 'canRollback' | 'rollbackPoints' | 'rollback'>;

/** `snapshots` reads the storages that the plan names. */
export function backupCalls(channel: Channel, snapshots: () => StorageSnapshots): BackupCalls {
  return {
    createBackup: async ({ description = '', full = false, key, retention = {} } = {}) =>
      channel.call('createBackup', { description, full, key, retention }),
    listBackups: () => channel.call('listBackups', {}),
    verifyBackup: (backup, { key } = {}) => channel.call('verifyBackup', { backup, key }),
    // What a caller without types leaves out is no confirmation.
    restoreBackup: async (backup, { confirm, key, replaceNewer = false } = {} as never) =>
      channel.call('restoreBackup', { backup, confirm, key, replaceNewer, snapshots: snapshots() }, { onAsk: answerQuestion }),
    deleteBackup: (backup, { confirm } = {} as never) => channel.call('deleteBackup', { backup, confirm }),
    canRollback: async () => channel.call('canRollback', { snapshots: snapshots() }, { onAsk: answerQuestion }),
    rollbackPoints: async () => (await channel.call('listBackups', {})).filter(({ state }) => state !== 'damaged'),
    rollback: async ({ confirm, key, replaceNewer = false } = {} as never) =>
      channel.call('rollback', { confirm, key, replaceNewer, snapshots: snapshots() }, { onAsk: answerQuestion }),
  };
}
