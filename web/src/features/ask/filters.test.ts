import { expect, test } from "vitest";

import { asWire, filtersIn, isFiltered, toggled, withDay } from "./filters";

test("an address that makes no sense filters nothing", () => {
  expect(filtersIn({ kinds: "pdf", tags: [1, ""], since: "yesterday", until: 20261122, turn: "t" })).toEqual({});
  expect(isFiltered(filtersIn({}))).toBe(false);
});

test("what is set comes out of the address as it went in", () => {
  const filters = { kinds: ["pdf"], tags: ["HR rules"], since: "2026-01-31" };
  expect(filtersIn(filters)).toEqual(filters);
  expect(isFiltered(filters)).toBe(true);
});

test("pressing a filter twice takes it away again", () => {
  const once = toggled({}, "kinds", "pdf");
  expect(once).toEqual({ kinds: ["pdf"] });
  expect(toggled(toggled(once, "kinds", "word"), "kinds", "pdf")).toEqual({ kinds: ["word"] });
  expect(toggled(once, "kinds", "pdf")).toEqual({});
  expect(withDay(withDay({}, "until", "2026-11-22"), "until", "")).toEqual({});
});

test("the server gets all that is set and no more", () => {
  expect(asWire({ sources: ["s1"], until: "2026-11-22" })).toEqual({
    source_ids: ["s1"],
    kinds: [],
    tags: [],
    languages: [],
    until: "2026-11-22",
  });
});
