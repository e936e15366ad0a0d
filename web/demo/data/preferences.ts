import type { Dataset, Entry } from "./dataset.js";
import { Random } from "./random.js";
import { PORTS } from "./words.js";

export interface Preferences {
  currency: string;
  units: "metric" | "imperial";
  columns: string[];
  favourites: { port: string; lat: number; lon: number }[];
  greeting: string;
  dismissed: Record<string, boolean>;
}

export const PREFERENCES_KEY = "harbour-preferences";
export const PREFERENCES_VERSION = 3;

export const DEFAULTS: Preferences = {
  currency: "EUR",
  units: "metric",
  columns: ["customer", "placed", "status", "total"],
  favourites: [],
  greeting: "",
  dismissed: {},
};

export function preferences(): Preferences {
  const random = new Random("preferences", 0);
  return {
    ...DEFAULTS,
    currency: "NOK",
    favourites: random.some(PORTS, 3, 4).map(([, port, lat, lon]) => ({ port, lat, lon })),
    greeting: "Ahoy 👋 from the quay",
    dismissed: { "tip/ropes": true, "tip/charts": false, constructor: true },
  };
}

function value(): { state: Preferences; version: number } {
  return { state: preferences(), version: PREFERENCES_VERSION };
}

function* records(): Generator<Entry> {
  yield { key: PREFERENCES_KEY, value: value() };
}

function* stored(): Generator<Entry> {
  yield { key: PREFERENCES_KEY, value: JSON.stringify(value()) };
}

export const zustand: Dataset = {
  name: "zustand",
  library: "zustand persist",
  source: { localStorage: { key: PREFERENCES_KEY } },
  total: () => 1,
  records,
  stored,
};
