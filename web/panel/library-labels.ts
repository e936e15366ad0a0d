// Names of well-known storage layouts. Labels only: nothing is decided by them.

import { IMAGE_DATABASE } from '../src/marker.js';

interface DatabaseShape {
  name: string;
  version: number | undefined;
  stores: string[];
}

interface DatabaseRule {
  label: string;
  matches(database: DatabaseShape): boolean;
}

const has = (database: DatabaseShape, ...stores: string[]): boolean =>
  stores.every((store) => database.stores.includes(store));

// The first rule that matches wins: Dexie's is the weakest and stands last.
const databaseRules: DatabaseRule[] = [
  { label: 'Ferrite', matches: (d) => d.name === IMAGE_DATABASE },
  { label: 'Firebase Auth · credentials', matches: (d) => d.name === 'firebaseLocalStorageDb' },
  { label: 'Firestore cache', matches: (d) => d.name.startsWith('firestore/') },
  { label: 'PouchDB', matches: (d) => d.name.startsWith('_pouch_') },
  { label: 'RxDB', matches: (d) => d.name.startsWith('rxdb-dexie-') },
  { label: 'Ionic Storage', matches: (d) => d.name === '_ionicstorage' },
  { label: 'idb-keyval', matches: (d) => d.name === 'keyval-store' && has(d, 'keyval') },
  { label: 'localForage', matches: (d) => has(d, 'local-forage-detect-blob-support') || (d.name === 'localforage' && has(d, 'keyvaluepairs')) },
  { label: 'LokiJS', matches: (d) => has(d, 'LokiIncrementalData') },
  { label: 'Automerge', matches: (d) => d.name === 'automerge' && has(d, 'documents') },
  { label: 'Yjs', matches: (d) => d.stores.length === 2 && has(d, 'updates', 'custom') },
  { label: 'TinyBase', matches: (d) => d.stores.length === 2 && has(d, 't', 'v') },
  { label: 'Dexie', matches: (d) => d.name === '__dbnames' },
  { label: 'Dexie Cloud', matches: (d) => has(d, '$jobs', '$logins') },
  { label: 'Dexie, probably', matches: (d) => d.version !== undefined && d.version >= 10 && d.version % 10 === 0 },
];

const storeRules: { label: string; matches(store: string): boolean }[] = [
  { label: 'feature test', matches: (store) => store === 'local-forage-detect-blob-support' },
  { label: 'credentials', matches: (store) => store === '$logins' || store === 'firebaseLocalStorage' },
];

const entryRules: { label: string; matches(key: string, value: string): boolean }[] = [
  { label: 'credentials', matches: (key) => /^(?:msal\.|oidc\.user:|CognitoIdentityServiceProvider\.)/.test(key) },
  { label: 'redux-persist', matches: (key) => key.startsWith('persist:') },
  { label: 'TanStack Query', matches: (key) => key === 'REACT_QUERY_OFFLINE_CACHE' || key.startsWith('tanstack-query-') },
  { label: 'Capacitor', matches: (key) => key.startsWith('CapacitorStorage.') || key.startsWith('_cap_') },
  { label: 'RxDB', matches: (key) => key.startsWith('RxDB-ls-') },
  { label: 'localForage', matches: (_key, value) => value.startsWith('__lfsc__:') },
  { label: 'zustand', matches: (_key, value) => value.startsWith('{"state":') && /,"version":\d+\}$/.test(value.slice(-32)) },
];

export function labelDatabase(database: DatabaseShape): string {
  return databaseRules.find((rule) => rule.matches(database))?.label ?? '';
}

export function labelStore(store: string): string {
  return storeRules.find((rule) => rule.matches(store))?.label ?? '';
}

export function labelEntry(key: string, value: string): string {
  return entryRules.find((rule) => rule.matches(key, value))?.label ?? '';
}
