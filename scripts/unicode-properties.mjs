// Writes core/src/unicode_property.inc from the Unicode tables of this Node.
import { writeFileSync } from 'node:fs';

const LAST = 0x10ffff;
const CATEGORIES = ['Cn', 'Lu', 'Ll', 'Lt', 'Lm', 'Lo', 'Mn', 'Mc', 'Me', 'Nd', 'Nl', 'No', 'Pc', 'Pd', 'Ps', 'Pe', 'Pi', 'Pf',
  'Po', 'Sm', 'Sc', 'Sk', 'So', 'Zs', 'Zl', 'Zp', 'Cc', 'Cf', 'Cs', 'Co'];
const BINARY = ['Alphabetic', 'Emoji', 'Emoji_Component', 'Emoji_Modifier', 'Emoji_Modifier_Base', 'Emoji_Presentation',
  'Extended_Pictographic', 'Regional_Indicator', 'White_Space'];

function* rows(numbers) {
  for (let i = 0; i < numbers.length; i += 14) {
    yield '    ' + numbers.slice(i, i + 14).map((n) => `0x${n.toString(16)},`).join(' ');
  }
}

const tests = CATEGORIES.map((name) => new RegExp(`^\\p{${name}}$`, 'u'));
const starts = [];
let last = -1;
for (let point = 0; point <= LAST; point++) {
  const text = String.fromCodePoint(point);
  const same = last >= 0 && tests[last].test(text);
  const category = same ? last : tests.findIndex((test) => test.test(text));
  if (category !== last) starts.push(point * 32 + category);
  last = category;
}
const lines = [
  `// From the tables of Unicode ${process.versions.unicode}; written by scripts/unicode-properties.mjs.`,
  '// Where a general category begins: code point * 32 + its number in kCategories.',
  'constexpr uint32_t kCategoryStarts[] = {', ...rows(starts), '};'];
for (const name of BINARY) {
  const test = new RegExp(`^\\p{${name}}$`, 'u');
  const edges = [];
  for (let point = 0, inside = false; point <= LAST + 1; point++) {
    const now = point <= LAST && test.test(String.fromCodePoint(point));
    if (now !== inside) edges.push(point);
    inside = now;
  }
  lines.push(`// Where ${name} begins, ends, begins …`, `constexpr uint32_t k${name.replaceAll('_', '')}[] = {`, ...rows(edges), '};');
}
writeFileSync(new URL('../core/src/unicode_property.inc', import.meta.url), lines.join('\n') + '\n');
console.log(`${starts.length} changes of category`);
