import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";

import type { Reason } from "@/api/errors";
import { LanguageProvider } from "@/i18n/provider";
import type { Language } from "@/i18n/texts";

import { FailureLine } from "./failure-line";

const SENTENCE = "leave.pdf has 9000 pages; at most 5000 are read.";

function lineIn(language: Language, code: Reason | null): HTMLElement {
  render(
    <LanguageProvider initial={language}>
      <FailureLine sentence={SENTENCE} code={code} />
    </LanguageProvider>,
  );
  return screen.getByText(SENTENCE, { exact: false });
}

test("an English page shows the server's sentence alone", () => {
  expect(lineIn("en", "too_many_pages").textContent).toBe(SENTENCE);
});

test("a Chinese page says why in Chinese, and the sentence with its figures beneath", () => {
  const sentence = lineIn("zh-CN", "too_many_pages");
  expect(sentence.lang).toBe("en");
  expect(sentence.parentElement?.textContent).toBe(`页数超过上限。${SENTENCE}`);
});

test("a sentence without a code is shown as it is", () => {
  expect(lineIn("zh-CN", null).textContent).toBe(SENTENCE);
});
