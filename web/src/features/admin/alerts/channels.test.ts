import { expect, it } from "vitest";

import { channelsOf } from "./channels";

it("tells the channels that an alert reached from those that it missed", () => {
  expect(channelsOf({ webhook: "", mail: "the server refused the password" })).toEqual({
    reached: ["webhook"],
    missed: [{ channel: "mail", why: "the server refused the password" }],
  });
  expect(channelsOf({})).toEqual({ reached: [], missed: [] });
});
