import { dataset, scaled } from "./dataset.js";
import { portrait } from "./portrait.js";
import { Random } from "./random.js";
import { FAMILY, GIVEN, PORTS, TAGS, VESSELS } from "./words.js";

export interface Customer {
  id: string;
  name: string;
  since: Date;
  address?: { street: string; city: string; country: string; berth?: number | null };
  active?: boolean | null;
  tags: string[];
  vessels: { name: string; mmsi: number; length: number; surveyed?: Date | undefined }[];
  balance: number;
  nickname?: string | null | undefined;
  photo?: Blob;
}

export function customerCount(scale: number): number {
  return scaled(2000, scale);
}

export function customerId(index: number): string {
  return `c-${String(index + 1).padStart(5, "0")}`;
}

export function customer(index: number): Customer {
  const random = new Random("customers", index);
  const [country, city] = random.pick(PORTS);
  const record: Customer = {
    id: customerId(index),
    name: `${random.pick(GIVEN)} ${random.pick(FAMILY)}`,
    since: random.chance(0.02) ? new Date(Date.UTC(1961, 4, 1 + (index % 28))) : random.date(),
    tags: random.chance(0.1) ? [] : random.some(TAGS, 1, 4),
    vessels: Array.from({ length: random.int(0, 3) }, () => ({
      name: random.pick(VESSELS),
      mmsi: random.int(200_000_000, 279_999_999),
      length: random.int(60, 900) / 10,
      surveyed: random.chance(0.6) ? random.date() : undefined,
    })),
    // A settled account reads -0 here: the old code negated the sum of the open invoices.
    balance: random.chance(0.3) ? -0 : random.int(-250_000, 90_000) / 100,
  };
  // Three kinds of "nothing" that only a faithful copy keeps apart: absent, null and undefined.
  if (!random.chance(0.04)) {
    record.address = { street: `Quay ${random.int(1, 48)}`, city, country };
    if (random.chance(0.5)) record.address.berth = random.chance(0.2) ? null : random.int(1, 120);
  }
  if (!random.chance(0.05)) record.active = random.chance(0.05) ? null : random.chance(0.8);
  if (random.chance(0.3)) record.nickname = random.pick([null, undefined, "", "Skip", "Old Salt ⚓"]);
  if (random.chance(0.15)) record.photo = portrait(random);
  return record;
}

export const customers = dataset(
  { name: "customers", library: "Dexie", source: { indexedDB: "harbour", store: "customers" } },
  customerCount,
  (index) => ({ key: customerId(index), value: customer(index) }),
);
