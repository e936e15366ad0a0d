// The calls about history, logs and audit: one request each, answered by the core.
import type { HistoryCalls, HistoryRequest } from '../history-types.js';
import type { Channel } from './channel.js';

export function historyCalls(channel: Channel): HistoryCalls {
  const ask = <T>(action: string, request: object = {}): Promise<T> =>
    channel.call('history', { request: { ...request, do: action } as HistoryRequest }) as Promise<T>;
  return {
    history: (query) => ask('history', query),
    logs: (query) => ask('logs', query),
    audit: (query) => ask('audit', query),
    statistics: (query) => ask('statistics', query),
    checkAudit: () => ask('checkAudit'),
    importHistory: (entries) => ask('import', { entries }),
    cleanUpHistory: (limits) => ask('cleanUp', limits),
    log: (message, entry) => ask('log', { ...entry, message }),
    logLevel: (level) => ask('logLevel', { level }),
    exportLogs: (query) => channel.call('exportLogs', { request: { ...query, do: 'logs' } }),
  };
}
