import { describe, expect, test } from "vitest";

import { locateCitation, locateQuote, markedLines, segmentsOf, type Marks } from "./locate-quote";

const blocks = [
  { ordinal: 3, text: "Deadlines" },
  { ordinal: 4, text: "Expenses must be submitted\nwithin 30 days. Use the form." },
  { ordinal: 5, text: "Later claims need approval." },
];

function markedText(marks: Marks | null, ordinal: number): string | undefined {
  const mark = marks?.get(ordinal)?.[0];
  return mark && blocks.find((block) => block.ordinal === ordinal)?.text.slice(mark.start, mark.end);
}

describe("a quote is found", () => {
  test("though its white space differs", () => {
    const marks = locateQuote(blocks, "Expenses  must be submitted within 30 days.");
    expect([...(marks?.keys() ?? [])]).toEqual([4]);
    expect(markedText(marks, 4)).toBe("Expenses must be submitted\nwithin 30 days.");
  });

  test("across the border of blocks", () => {
    const marks = locateQuote(blocks, "Use the form.\n\nLater claims");
    expect(markedText(marks, 4)).toBe("Use the form.");
    expect(markedText(marks, 5)).toBe("Later claims");
  });

  test("though its quotation marks, dashes or case differ", () => {
    const marks = locateQuote([{ ordinal: 0, text: "He said “yes” – twice." }], 'he said "yes" - twice.');
    expect(marks?.get(0)).toEqual([{ start: 0, end: 22 }]);
  });

  test("in Chinese, with a line break inside a word", () => {
    const marks = locateQuote([{ ordinal: 0, text: "员工应在三十\n日内提交。逾期另行处理。" }], "员工应在三十日内提交。");
    expect(marks?.get(0)).toEqual([{ start: 0, end: 12 }]);
  });
});

describe("a quote is not found", () => {
  test("when its words are not there", () => expect(locateQuote(blocks, "within 60 days")).toBeNull());
  test("when it is empty", () => expect(locateQuote(blocks, " \n ")).toBeNull());
});

test("the named blocks go before the rest of the document", () => {
  const twice = [
    { ordinal: 0, text: "The same words." },
    { ordinal: 1, text: "The same words." },
  ];
  expect([...(locateCitation(twice, "The same words.", 1, 1)?.keys() ?? [])]).toEqual([1]);
  expect([...(locateCitation(twice, "The same words.", 7, 8)?.keys() ?? [])]).toEqual([0]);
});

test("a text is cut at the borders of its marks", () => {
  expect(segmentsOf("one two three", [{ start: 4, end: 7 }])).toEqual([
    { text: "one ", marked: false },
    { text: "two", marked: true },
    { text: " three", marked: false },
  ]);
});

test("the lines of a table that a quote touches are known", () => {
  const table = "| Country | Rate |\n|---|---|\n| Germany | 32 |\n| China | 38 |";
  const marks = locateQuote([{ ordinal: 0, text: table }], "| Germany | 32 |")?.get(0) ?? [];
  expect([...markedLines(table, marks)]).toEqual([3]);
});
