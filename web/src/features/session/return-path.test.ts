import { expect, test } from "vitest";

import { returnPath } from "./return-path";

test.each(["/c/abc?turn=t1&source=2", "/", "/documents/d1#top"])("%s of this site is kept", (path) => {
  expect(returnPath(path)).toBe(path);
});

test.each([
  "https://evil.example/",
  "//evil.example/",
  "/\\evil.example",
  "/\t/evil.example",
  "javascript:alert(1)",
  "c/abc",
  "",
  undefined,
  "/signin?from=/x",
])("%j leads home instead", (path) => {
  expect(returnPath(path)).toBe("/");
});
