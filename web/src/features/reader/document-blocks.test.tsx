import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";

import type { Block } from "@/api/types";
import { LanguageProvider } from "@/i18n/provider";

import { DocumentBlocks } from "./document-blocks";

function bulletsOf(...texts: string[]): boolean[] {
  const blocks = texts.map((text, ordinal): Block => ({ ordinal, kind: "list_item", level: 0, text, headings: [], page: null, sheet: null, cells: null, boxes: [] }));
  render(
    <LanguageProvider initial="en">
      <DocumentBlocks blocks={blocks} marks={null} cited={null} />
    </LanguageProvider>,
  );
  return screen.getAllByRole("listitem").map((item) => !item.className.includes("list-none"));
}

test("a list item that brings its own number has no bullet beside it", () => {
  expect(bulletsOf("1. Switch it off.", "（2）关闭电源", "3、等待", "a) Open it.", "④ 检查")).toEqual([false, false, false, false, false]);
});

test("a list item that brings its own bullet has no second one", () => {
  expect(bulletsOf("• Salaries", "– Meals", "·餐补")).toEqual([false, false, false]);
});

test("a list item that only begins with a figure keeps its bullet", () => {
  expect(bulletsOf("2.5 litres of oil", "10 screws", "A spanner", "Steel (stainless)")).toEqual([true, true, true, true]);
});
