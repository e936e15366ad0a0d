// preset.schema.json takes every preset there is and refuses wrong ones.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

import Ajv from 'ajv/dist/2020.js';

import { root } from '../support/load-module.mjs';

const read = (file) => JSON.parse(readFileSync(`${root}core/${file}`, 'utf8'));
const fits = new Ajv({ strictSchema: true, strictTypes: false, strictRequired: false }).compile(read('schema/preset.schema.json'));

const files = readdirSync(`${root}core/presets`).filter((name) => name.endsWith('.json'));
assert.ok(files.length >= 23);
for (const file of files) {
  test(`the schema takes ${file}`, () => {
    assert.ok(fits(read(`presets/${file}`)), JSON.stringify(fits.errors));
  });
}

const change = {
  'another version': (preset) => { preset.preset = 2; },
  'no match': (preset) => { preset.matches = []; },
  'a member that does not exist': (preset) => { preset.notess = []; },
  'a certainty that does not exist': (preset) => { preset.certainty = 'gues'; },
  'a condition without evidence': (preset) => { delete preset.matches[0].all[0].evidence; },
  'a condition with a member that does not exist': (preset) => { preset.matches[0].all[0].keypath = null; },
  'a table from a database': (preset) => { preset.tables[0].from = { database: 'localforage' }; },
  'columns that are another text than infer': (preset) => { preset.tables[0].columns = 'guess'; },
  'an exclusion without a reason': (preset) => { delete preset.excluded[0].reason; },
};
for (const [what, apply] of Object.entries(change)) {
  test(`the schema refuses ${what}`, () => {
    const preset = read('presets/localforage.json');
    apply(preset);
    assert.ok(!fits(preset));
  });
}
