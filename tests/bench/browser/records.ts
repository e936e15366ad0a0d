// The benchmark's records: what an app's note or order looks like, about 315
// bytes of JSON each, the same for every contender.

export const DATABASE = 'ferrite-bench';
export const STORE = 'notes';

export interface Note {
  id: number;
  uuid: string;
  title: string;
  body: string;
  done: boolean;
  priority: number;
  amount: number;
  created: Date;
  tags: string[];
  owner: { id: number; name: string };
}

const WORDS = ['anchor', 'harbour', 'ledger', 'copper', 'signal', 'meadow', 'lantern', 'quarry', 'timber', 'voyage'];

export function note(id: number): Note {
  const word = (n: number): string => WORDS[(id * 7 + n * 3) % WORDS.length]!;
  const hex = (id * 2654435761 >>> 0).toString(16).padStart(8, '0');
  return {
    id,
    uuid: `${hex}-4a1b-4c2d-8e3f-${hex}${hex.slice(0, 4)}`,
    title: `${word(1)} ${word(2)} number ${id}`,
    body: `${word(3)} ${word(4)} ${word(5)} and the ${word(6)} of ${word(7)}; ${word(8)} ${word(9)} ${word(0)} until ${word(2)}`,
    done: id % 3 === 0,
    priority: id % 5,
    amount: id % 1000 + 0.25,
    created: new Date(1_600_000_000_000 + id * 61_000),
    tags: [word(4), word(8)],
    owner: { id: id % 500, name: `${word(5)} ${word(6)}` },
  };
}

export function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'id' });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export async function fill(count: number): Promise<void> {
  const database = await openDatabase();
  for (let from = 1; from <= count; from += 5000) {
    await new Promise<void>((resolve, reject) => {
      const transaction = database.transaction(STORE, 'readwrite');
      const store = transaction.objectStore(STORE);
      for (let id = from; id < from + 5000 && id <= count; ++id) store.put(note(id));
      transaction.oncomplete = () => resolve();
      transaction.onerror = () => reject(transaction.error);
    });
  }
  database.close();
}

export const CREATE_TABLE = `CREATE TABLE notes(id INTEGER PRIMARY KEY, uuid TEXT, title TEXT, body TEXT, done INTEGER,
  priority INTEGER, amount REAL, created INTEGER, tags TEXT, owner_id INTEGER, owner_name TEXT)`;
export const INSERT = 'INSERT INTO notes VALUES(?,?,?,?,?,?,?,?,?,?,?)';

/** What the hand-written loops bind for a record: the same columns as the plan below. */
export function bindings(record: Note): (string | number)[] {
  return [
    record.id, record.uuid, record.title, record.body, record.done ? 1 : 0, record.priority, record.amount,
    record.created.getTime(), JSON.stringify(record.tags), record.owner.id, record.owner.name,
  ];
}

export const PLAN = {
  ferrite: 1,
  name: 'bench',
  tables: [
    {
      name: 'notes',
      from: { indexedDB: DATABASE, store: STORE },
      columns: {
        id: 'integer', uuid: 'text', title: 'text', body: 'text', done: 'boolean', priority: 'integer', amount: 'real',
        created: 'datetime', tags: 'json',
        owner_id: { path: '/owner/id', type: 'integer' }, owner_name: { path: '/owner/name', type: 'text' },
      },
      primaryKey: ['id'],
    },
  ],
} as const;
