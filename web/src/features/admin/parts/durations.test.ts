import { expect, test } from "vitest";

import { durationOf, secondsBetween } from "./durations";

test.each([
  [0.42, "0.4 sec"],
  [9.96, "10 sec"],
  [40, "40 sec"],
  [59.7, "1 min"],
  [400, "6 min, 40 sec"],
  [3600, "1 hr"],
  [7500, "2 hr, 5 min"],
])("%d seconds are said as %s", (seconds, said) => {
  expect(durationOf("en", seconds)).toBe(said);
});

test("Chinese has its own units", () => {
  expect(durationOf("zh-CN", 400)).toBe("6分钟40秒");
});

test("what has not ended lasts until now", () => {
  const now = new Date("2026-11-22T00:01:00Z");
  expect(secondsBetween("2026-11-22T00:00:00Z", null, now)).toBe(60);
  expect(secondsBetween("2026-11-22T00:00:00Z", "2026-11-22T00:00:40Z", now)).toBe(40);
});
