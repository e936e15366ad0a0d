// In the window, which alone has localStorage: changes items by comparing them.

export interface ItemChange {
  key: string;
  /** What it is to hold before; null: nothing, undefined: whatever it holds. */
  from: string | null | undefined;
  /** Null: nothing. */
  to: string | null;
}

export type ItemFound = 'done' | 'expected' | 'other';

/** All of them in one go, so that nothing of this window comes between; an item that holds something else stays. */
export function exchangeItems(changes: readonly ItemChange[], onlyLook: boolean): ItemFound[] {
  // The prototype's methods: a stored key "setItem" hides the object's.
  const { getItem, removeItem, setItem } = Storage.prototype;
  return changes.map(({ key, from, to }) => {
    const is = getItem.call(localStorage, key);
    if (is === to) return 'done';
    if (from !== undefined && is !== from) return 'other';
    if (onlyLook) return 'expected';
    if (to === null) removeItem.call(localStorage, key);
    else setItem.call(localStorage, key, to);
    return 'expected';
  });
}
