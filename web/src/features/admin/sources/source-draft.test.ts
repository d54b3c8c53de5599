import { describe, expect, it } from "vitest";

import { bodyOf, draftOf, isPages, isShare, patchOf } from "./source-draft";

describe("a source's form", () => {
  it("sends a folder without credentials, whatever was typed for another kind", () => {
    const body = bodyOf({ ...draftOf(null), location: " /srv/docs ", username: "u", password: "p", branch: "main" });
    expect(body).toMatchObject({ kind: "folder", location: "/srv/docs", credentials: null, brake_share: 0.3, cron: null });
    expect(body.options).toEqual({});
  });

  it("sends a pattern a line", () => {
    expect(bodyOf({ ...draftOf(null), include: "*.pdf\n\n /hr/ \n" }).include).toEqual(["*.pdf", "/hr/"]);
  });

  it("leaves the stored password alone unless a new one is typed", () => {
    const draft = { ...draftOf(null), kind: "webdav" as const, username: "anna" };
    expect(patchOf(draft)).not.toHaveProperty("credentials");
    expect(patchOf({ ...draft, password: "secret" }).credentials).toEqual({ username: "anna", password: "secret" });
  });

  it("bounds the pages of a web site, and of nothing else", () => {
    expect(bodyOf({ ...draftOf(null), kind: "website", pages: " 500 " }).options).toEqual({ max_pages: 500 });
    expect(bodyOf({ ...draftOf(null), kind: "website" }).options).toEqual({ max_pages: null });
    expect(bodyOf({ ...draftOf(null), kind: "webdav", pages: "500" }).options).toEqual({});
    expect(["", "1", "100000"].every(isPages)).toBe(true);
    expect(["0", "100001", "1e3", "-1", "x"].some(isPages)).toBe(false);
  });

  it("takes whole percents only", () => {
    expect(["0", "30", "100"].every(isShare)).toBe(true);
    expect(["", "101", "-1", "3.5", "x"].some(isShare)).toBe(false);
  });
});
