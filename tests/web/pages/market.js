// A migration with everything in it that can go wrong halfway: records that
// cannot become rows, lines of orders in a table of their own, orphans, and two
// address books that contradict each other.
import { createDatabase } from './legacy.js';

const order = (id, count) => ({
  id,
  customer: (id * 7) % Math.ceil(count / 4),
  parent: (id * 5) % Math.ceil(count * 1.2) || null,
  code: id % 17 === 0 ? null : `c${id}`,
  placed: new Date(1_600_000_000_000 + id * 61_000),
  note: 'The harbour was quiet that morning. '.repeat(id % 12),
  // Every 23rd says one line twice: none of its lines can be a row.
  lines: [{ sku: 1, count: id % 9 }, { sku: id % 23 === 0 ? 1 : 2, count: 1 }, { sku: 3 }],
});

const customer = (id) => ({ id, name: `Customer ${id}` });

// The two agree about every third, and each is newer about some.
const person = (id, isOld) => {
  const agree = id % 3 === 0;
  const book = isOld && !agree ? 'old' : 'new';
  return { id, name: id % 29 === 0 ? 29 : `${book} ${id}`, mail: `${book}${id}@m`, at: isOld && !agree ? id % 100 : 50 };
};

const entries = (count, record) => Array.from({ length: count }, (_, i) => [undefined, record(i + 1)]);

export async function createMarket(database, orders) {
  const options = { keyPath: 'id' };
  await createDatabase(database, {
    orders: { options, entries: entries(orders, (id) => order(id, orders)) },
    customers: { options, entries: entries(Math.floor(orders / 5), customer) },
    book: { options, entries: entries(Math.floor(orders / 5), (id) => person(id, false)) },
    oldBook: { options, entries: entries(Math.floor(orders / 5), (id) => person(id, true)) },
  });
}

export function marketPlan(database) {
  const from = (store) => ({ indexedDB: database, store });
  const books = [from('book'), from('oldBook')];
  const people = { id: 'integer', name: 'text', mail: 'text', at: 'integer' };
  return {
    ferrite: 1,
    name: database,
    tables: [
      {
        name: 'orders',
        from: from('orders'),
        columns: {
          id: 'integer',
          customer: { path: '/customer', type: 'integer', references: { table: 'customers', onOrphan: 'quarantine' } },
          parent: { path: '/parent', type: 'integer', references: { table: 'orders', onOrphan: 'null' } },
          code: { path: '/code', type: 'text', notNull: true },
          placed: 'datetime',
        },
        primaryKey: ['id'],
        indexes: [{ name: 'orders_customer', columns: ['customer'] }],
      },
      {
        name: 'lines',
        from: from('orders'),
        each: '/lines',
        columns: {
          order: { path: '$key', type: 'integer', references: { table: 'orders', onOrphan: 'quarantine' } },
          sku: 'integer',
          count: 'integer',
        },
        primaryKey: ['order', 'sku'],
      },
      { name: 'customers', from: from('customers'), columns: { id: 'integer', name: 'text' }, primaryKey: ['id'] },
      {
        name: 'people', from: books, columns: people, primaryKey: ['id'],
        onConflict: { strategy: 'keepNewest', time: 'at' },
      },
      {
        name: 'merged', from: books, columns: people, primaryKey: ['id'],
        onConflict: { strategy: 'merge', time: 'at', rest: 'newest', columns: { mail: 'store', at: 'max' } },
      },
      { name: 'asked', from: books, columns: people, primaryKey: ['id'], onConflict: 'ask' },
    ],
  };
}
