// Opens an IndexedDB database that belongs to somebody else: without a
// version, so that it is not upgraded, never creating it, and never waiting
// for ever behind another connection's upgrade.

export type Opened =
  | { status: 'ready'; database: IDBDatabase }
  | { status: 'absent' | 'blocked' | 'unreadable'; message: string };

function reason(error: unknown): string {
  const { name, message } = (error ?? {}) as Partial<Error>;
  return message ? `${name}: ${message}` : String(name ?? error);
}

export const unreadable = (error: unknown) => ({ status: 'unreadable', message: reason(error) }) as const;

/** `otherwise` when `work` has not answered within `ms`. */
export function within<T, U>(ms: number, work: Promise<T>, otherwise: () => U): Promise<T | U> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(otherwise()), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Names of the origin's databases, or undefined when the browser does not tell. */
export async function databaseNames(ms: number): Promise<Set<string | undefined> | undefined> {
  try {
    const list = await within(ms, indexedDB.databases(), () => undefined);
    return list && new Set(list.map(({ name }) => name));
  } catch {
    return undefined;
  }
}

export function openLegacyDatabase(name: string, ms: number): Promise<Opened> {
  return new Promise((resolve) => {
    let request: IDBOpenDBRequest;
    try {
      request = indexedDB.open(name);
    } catch (error) {
      return resolve(unreadable(error));
    }
    let absent = false;
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      resolve({ status: 'blocked', message: `The database "${name}" did not open within ${ms} ms; another connection holds it.` });
    }, ms);
    const answer = (opened: Opened): void => {
      clearTimeout(timer);
      resolve(opened);
    };
    request.onupgradeneeded = () => {
      // It did not exist, or the event would not come: take the creation back.
      absent = true;
      request.transaction!.abort();
    };
    request.onerror = (event) => {
      event.preventDefault();
      answer(absent ? { status: 'absent', message: `There is no database "${name}".` } : unreadable(request.error));
    };
    request.onsuccess = () => {
      const database = request.result;
      database.onversionchange = () => database.close();
      if (late) database.close();
      else answer({ status: 'ready', database });
    };
  });
}
