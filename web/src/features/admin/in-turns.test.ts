import { expect, test } from "vitest";

import { inTurns } from "./in-turns";

test("all is done although some fail, and those come back with why", async () => {
  const done: number[] = [];
  const failed = await inTurns([1, 2, 3, 4], 2, async (item) => {
    if (item % 2 === 0) throw new Error(`no ${item}`);
    done.push(item);
  });
  expect(done).toEqual([1, 3]);
  expect(failed).toEqual([
    { item: 2, error: new Error("no 2") },
    { item: 4, error: new Error("no 4") },
  ]);
});

test("no more than asked for are done at once", async () => {
  let together = 0;
  let most = 0;
  await inTurns(Array.from({ length: 20 }, (_, index) => index), 3, async () => {
    together += 1;
    most = Math.max(most, together);
    await Promise.resolve();
    together -= 1;
  });
  expect(most).toBe(3);
});
