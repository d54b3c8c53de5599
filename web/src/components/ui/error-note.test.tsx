import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";

import { ApiError } from "@/api/errors";
import { LanguageProvider } from "@/i18n/provider";
import type { Language } from "@/i18n/texts";

import { ErrorNote } from "./error-note";

function noteIn(language: Language, error: ApiError): string {
  render(
    <LanguageProvider initial={language}>
      <ErrorNote error={error} />
    </LanguageProvider>,
  );
  return screen.getByRole("alert").textContent;
}

const conflict = new ApiError(409, "conflict", "There is a knowledge base of this name.", null);

test("an English page shows the server's sentence alone, with what to do next", () => {
  expect(noteIn("en", conflict)).toBe("There is a knowledge base of this name.Reload the page to see what is there now.");
});

test("a Chinese page says what the code means, and the server's sentence beneath it", () => {
  expect(noteIn("zh-CN", conflict)).toBe("与现有内容冲突。请刷新页面，查看最新内容。There is a knowledge base of this name.");
});

test("a code of a newer server is a trouble in general", () => {
  expect(noteIn("zh-CN", new ApiError(418, "teapot", "", null))).toContain("服务器出错了。");
});
