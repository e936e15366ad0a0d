import { type Dataset, type Entry, scaled } from "./dataset.js";
import { Random } from "./random.js";
import { GOODS, REMARKS } from "./words.js";

/** Names that are also properties of Storage or Object, and text that some layer cuts, folds or escapes. */
const KEYS = [
  "", " ", "0", "-1", "length", "key", "getItem", "toString", "__proto__", "constructor", "hasOwnProperty", "prototype",
  "\0", "nul\0inside", "\ud800", "\udfff", "\ud83d\ude00", "\udc00\ud800 swapped", "é", "e\u0301", "\ufeffbom", "\u2028line\u2029",
  "tab\tnewline\nreturn\r", "it's \"quoted\"", "settings'; DROP TABLE settings; --", "%00%", "a/b~0~1", "$key", "مرسى", "k".repeat(4096),
];

const VALUES = [
  "", "\0", "nul\0inside", "\0".repeat(64), "\ud800", "\udc00 first, then \ud83d", "⚓🛟👩‍✈️", "null", "undefined", "[object Object]", "NaN", "-0",
  "1e400", "9007199254740993", "007", "true", "{\"broken\":", "{\"__proto__\":{\"polluted\":true},\"a\":1,\"a\":2}",
  "\"\\ud800\"", " leading and trailing ", "line\r\nline\rline\n", "e\u0301 is not \u00e9", "\u007f\u0080\u009f\u00a0\u00ff", "\ufffe\uffff", "<b>&amp;</b>", "%s%n%x",
];

const CHART_LENGTH = 2 * 1024 * 1024;
const LOGBOOK_LENGTH = 128 * 1024;

/** A cached chart as the old code kept them: two mebibytes of base64 behind a data address. */
function chart(): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const random = new Random("chart", 0);
  const parts = ["data:image/png;base64,"];
  let length = parts[0]!.length;
  while (length < CHART_LENGTH) {
    let word = "";
    for (let bits = random.next(), i = 0; i < 5; i++, bits >>>= 6) word += alphabet[bits & 63];
    parts.push(word);
    length += word.length;
  }
  return parts.join("").slice(0, CHART_LENGTH);
}

/** Text outside Latin-1, which browsers hold in two bytes a character. */
function logbook(): string {
  const random = new Random("logbook", 0);
  let text = "";
  while (text.length < LOGBOOK_LENGTH) text += `${random.date().toISOString()} ${random.pick(REMARKS)}\n`;
  return text;
}

function* specimens(): Generator<Entry> {
  for (const [i, key] of KEYS.entries()) yield { key, value: VALUES[(i * 7) % VALUES.length]! };
  for (const [i, value] of VALUES.entries()) yield { key: `value/${i}`, value };
  yield { key: "cache:chart", value: chart() };
  yield { key: "cache:logbook", value: logbook() };
}

const FIXED = KEYS.length + VALUES.length + 2;

function price(index: number): Entry {
  const random = new Random("plain", index);
  const [sku, title] = random.pick(GOODS);
  return { key: `price:${index}`, value: JSON.stringify({ sku, title, at: random.date(), price: random.int(1, 50_000) / 100 }) };
}

function* records(scale: number): Generator<Entry> {
  yield* specimens();
  for (let i = 0; i < scaled(200, scale); i++) yield price(i);
}

export const plain: Dataset = {
  name: "plain",
  library: "localStorage",
  source: { localStorage: true },
  total: (scale) => FIXED + scaled(200, scale),
  records,
  stored: records,
};
