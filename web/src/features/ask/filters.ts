/** Which documents a question wants, as the address keeps it and as the server takes it. */
import type { FiltersIn } from "@/api/types";

export const GROUPS = ["sources", "kinds", "tags", "languages"] as const;
export type Group = (typeof GROUPS)[number];
export type Day = "since" | "until";

/** What is left out asks for nothing in particular. Days are written as 2026-11-22. */
export interface Filters {
  sources?: readonly string[];
  kinds?: readonly string[];
  tags?: readonly string[];
  languages?: readonly string[];
  since?: string;
  until?: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOST = 50; // of each, as the server takes them

const words = (value: unknown) => {
  const found = Array.isArray(value) ? value.filter((word) => typeof word === "string" && word !== "").slice(0, MOST) : [];
  return found.length > 0 ? found : undefined;
};
const day = (value: unknown) => (typeof value === "string" && DAY.test(value) ? value : undefined);

/** Out of an address that anyone may have written. */
export function filtersIn(given: Record<string, unknown>): Filters {
  const { sources, kinds, tags, languages, since, until } = given;
  const found = { sources: words(sources), kinds: words(kinds), tags: words(tags), languages: words(languages), since: day(since), until: day(until) };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

export const isFiltered = (filters: Filters) => Object.keys(filters).length > 0;

export function asWire({ sources = [], kinds = [], tags = [], languages = [], since, until }: Filters): FiltersIn {
  return {
    source_ids: [...sources],
    kinds: [...kinds],
    tags: [...tags],
    languages: [...languages],
    ...(since && { since }),
    ...(until && { until }),
  };
}

export function toggled(filters: Filters, group: Group, value: string): Filters {
  const before = filters[group] ?? [];
  return filtersIn({ ...filters, [group]: before.includes(value) ? before.filter((other) => other !== value) : [...before, value] });
}

/** "" takes the day away. */
export const withDay = (filters: Filters, which: Day, value: string): Filters => filtersIn({ ...filters, [which]: value });
