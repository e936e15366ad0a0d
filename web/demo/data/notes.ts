import { dataset } from "./dataset.js";
import { orderCount } from "./orders.js";
import { portrait } from "./portrait.js";
import { Random } from "./random.js";
import { GIVEN, PORTS, REMARKS } from "./words.js";

export interface Note {
  orderId: number;
  line: number;
  kind: "call" | "delivery" | "remark" | "photo";
  written: Date;
  text: string;
  author?: string | null | undefined;
  position?: { lat: number; lon: number };
  mentions: string[];
  revisions?: { at: Date; text: string }[];
  checklist?: (boolean | null)[][];
  attachment?: Blob;
}

/** Three orders share six notes, one, two and three of them, so every note's order exists at any scale. */
const SHARES = [[0, 1], [1, 1], [1, 2], [2, 1], [2, 2], [2, 3]] as const;

export function noteKey(index: number): [number, number] {
  const [order, line] = SHARES[index % SHARES.length]!;
  return [Math.floor(index / SHARES.length) * 3 + order + 1, line];
}

export function note(index: number): Note {
  const random = new Random("notes", index);
  const [orderId, line] = noteKey(index);
  const [, , lat, lon] = random.pick(PORTS);
  const record: Note = {
    orderId,
    line,
    kind: random.pick(["call", "delivery", "remark", "remark"] as const),
    written: random.date(),
    text: random.some(REMARKS, 1, 3).join(random.chance(0.2) ? "\n" : " "),
    mentions: random.chance(0.3) ? random.some(GIVEN, 1, 3) : [],
  };
  if (random.chance(0.7)) record.author = random.chance(0.1) ? random.pick([null, undefined]) : random.pick(GIVEN);
  if (random.chance(0.4)) record.position = { lat: lat + random.int(-900, 900) / 1e5, lon: lon + random.int(-900, 900) / 1e5 };
  if (random.chance(0.25)) {
    record.revisions = Array.from({ length: random.int(1, 3) }, () => ({ at: random.date(), text: random.pick(REMARKS) }));
  }
  if (random.chance(0.1)) record.checklist = [[true, false], [], [random.chance(0.5), null]];
  if (random.chance(0.015)) {
    record.kind = "photo";
    record.attachment = portrait(random);
  } else if (random.chance(0.005)) {
    record.attachment = new Blob([`Receipt ${orderId}/${line}\n`, random.bytes(random.int(0, 64))], {
      type: "text/plain;charset=utf-8",
    });
  }
  return record;
}

export const notes = dataset(
  { name: "notes", library: "Dexie", source: { indexedDB: "harbour", store: "notes" } },
  (scale) => orderCount(scale) * 2,
  (index) => ({ key: noteKey(index), value: note(index) }),
);
