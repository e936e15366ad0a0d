// Opens a database that exists, as it is: without a version, without creating it.

import type { SourceStatus } from '../src/types.js';

export class OpenFailure extends Error {
  readonly status: SourceStatus;

  constructor(status: SourceStatus, message: string) {
    super(message);
    this.status = status;
  }
}

export function openExisting(name: string, limit = 3000): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    let late = false;
    let absent = false;
    const request = indexedDB.open(name);
    // Behind a blocked upgrade an open waits for ever, and without an event.
    const timer = setTimeout(() => {
      late = true;
      reject(new OpenFailure('blocked', `The database did not open within ${limit / 1000} s; another tab or an unfinished upgrade holds it.`));
    }, limit);
    request.onupgradeneeded = () => {
      // It was deleted since it was listed: aborting leaves nothing behind.
      absent = true;
      request.transaction?.abort();
    };
    request.onsuccess = () => {
      clearTimeout(timer);
      const connection = request.result;
      if (late) return connection.close();
      connection.onversionchange = () => connection.close();
      resolve(connection);
    };
    request.onerror = (event) => {
      clearTimeout(timer);
      event.preventDefault();
      if (absent) reject(new OpenFailure('absent', 'The database does not exist.'));
      else reject(new OpenFailure('unreadable', request.error?.message ?? 'The database cannot be opened.'));
    };
  });
}
