import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";

import { LanguageProvider } from "@/i18n/provider";

import { advance, begin } from "./live-turn";
import { StageLine } from "./stage-line";

type Stage = Parameters<typeof advance>[1] & { type: "stage" };

afterEach(cleanup);

/** All of the line, and the part of it that is read aloud. */
function shown(data: Stage["data"]): [string | null, string | null] {
  const live = advance(begin("k", "Who?", null, 0), { type: "stage", data }, 0);
  const { container } = render(
    <LanguageProvider initial="en">
      <StageLine live={live} />
    </LanguageProvider>,
  );
  const said: [string | null, string | null] = [container.textContent, screen.getByRole("status").textContent];
  cleanup();
  return said;
}

test("who waits sees how many are before them and for how long, and nothing is read aloud each second", () => {
  const aloud = "Waiting for the language model";
  expect(shown({ stage: "waiting", ahead: 2, seconds: 7.4 })).toEqual([`${aloud}2 ahead of you, about 8s`, aloud]);
  expect(shown({ stage: "waiting", ahead: 0, seconds: 0.2 })).toEqual([`${aloud}You are next, about 1s`, aloud]);
});

test("the place is gone when the model begins, and is not there where nobody tells one", () => {
  for (const stage of ["waiting", "writing"] as const) {
    const [all, aloud] = shown({ stage, ahead: null, seconds: null });
    expect(all).toBe(aloud);
  }
});
