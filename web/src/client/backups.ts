// Backups of the store, and rollback.
import type { Channel } from './channel.js';
import type { Ferrite } from '../types.js';

type BackupCalls = Pick<
  Ferrite,
  'createBackup' | 'listBackups' | 'verifyBackup' | 'restoreBackup' | 'deleteBackup' | 'canRollback' | 'rollbackPoints' | 'rollback'>;

export function backupCalls(channel: Channel): BackupCalls {
  return {
    createBackup: async ({ description = '', full = false, key, retention = {} } = {}) =>
      channel.call('createBackup', { description, full, key, retention }),
    listBackups: () => channel.call('listBackups', {}),
    verifyBackup: (backup, { key } = {}) => channel.call('verifyBackup', { backup, key }),
    // What a caller without types leaves out is no confirmation.
    restoreBackup: (backup, { confirm, key } = {} as never) => channel.call('restoreBackup', { backup, confirm, key }),
    deleteBackup: (backup, { confirm } = {} as never) => channel.call('deleteBackup', { backup, confirm }),
    canRollback: () => channel.call('canRollback', {}),
    rollbackPoints: async () => (await channel.call('listBackups', {})).filter(({ state }) => state !== 'damaged'),
    rollback: ({ confirm, key } = {} as never) => channel.call('rollback', { confirm, key }),
  };
}
