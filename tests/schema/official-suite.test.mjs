// The official test suite of JSON Schema 2020-12, in both twins. What is left
// out stands in core/doc/schema.md, group by group, and that list is exact.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

import { root } from '../support/load-module.mjs';
import { asRecord, check } from './support.mjs';

// From Debian's libtest-json-schema-acceptance-perl; scripts/setup installs it.
const suite = '/usr/share/perl5/auto/share/dist/Test-JSON-Schema-Acceptance/tests/draft2020-12/';

function* groups() {
  const files = readdirSync(suite, { recursive: true }).filter((name) => name.endsWith('.json')).sort();
  for (const file of files) {
    for (const group of JSON.parse(readFileSync(suite + file, 'utf8'))) yield { file, ...group };
  }
}

// Rows of the table "Left out of the official suite": file, group or "all",
// reason.
function leftOut() {
  const document = readFileSync(`${root}core/doc/schema.md`, 'utf8');
  const section = document.split('## Left out of the official suite')[1].split('\n## ')[0];
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((row) => {
    const [file, group, reason] = row.slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
    assert.ok(reason, row);
    return { file: file.replaceAll('`', ''), group };
  });
}

test('every case of the official suite gets its verdict, but for those that the document lists', async () => {
  const all = [...groups()];
  const answers = await check(all.map(({ schema, tests }) => ({ schema, values: tests.map(({ data }) => asRecord(data)) })));
  const failing = new Map();  // file → descriptions of groups
  const counts = new Map();   // file → number of groups
  let cases = 0;
  all.forEach(({ file, description, tests }, i) => {
    counts.set(file, (counts.get(file) ?? 0) + 1);
    const wrong = answers[i].error ? tests : tests.filter(({ valid }, k) => (answers[i][k] === true) !== valid);
    if (wrong.length === 0) cases += tests.length;
    if (process.env.FERRITE_SUITE_VERBOSE && wrong.length) {
      console.log(file, '|', description, '|', answers[i].error?.message ?? wrong.map((t) => `${t.description} ${JSON.stringify(t.data)}`).join('; '));
    }
    if (wrong.length > 0) failing.set(file, [...(failing.get(file) ?? []), description.trim()]);
  });
  const actual = [];
  for (const [file, descriptions] of failing) {
    if (descriptions.length === counts.get(file)) actual.push(`${file}: all`);
    else actual.push(...descriptions.map((description) => `${file}: ${description}`));
  }
  assert.deepEqual(actual.sort(), leftOut().map(({ file, group }) => `${file}: ${group}`).sort());
  console.log(`${cases} cases of ${all.length} groups as the suite wants them`);
  assert.equal(cases, 1446);
});
