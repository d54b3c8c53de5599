import { describe, expect, test } from "vitest";

import { passageText, quoteText } from "./quote-text";

describe("a quote as it is read", () => {
  test("leaves the bullet of a quoted point to its list", () => {
    expect(quoteText("• Wages are paid monthly.")).toBe("Wages are paid monthly.");
    expect(quoteText("A • stays between words.")).toBe("A • stays between words.");
  });

  test("shows the rows of a table as their cells, a line each, without the rule under its head", () => {
    expect(quoteText("| City | Limit |\n|------|:-----:|\n| Paris | €210 |")).toBe("City · Limit\nParis · €210");
  });

  test("leaves empty cells out and reads an escaped bar as a bar", () => {
    expect(quoteText("| a |  | b \\| c |")).toBe("a · b | c");
  });

  test("reads a row that was cut at its start or its end", () => {
    expect(quoteText("Lisbon | 3 nights | €180 |")).toBe("Lisbon · 3 nights · €180");
    expect(quoteText("| Lisbon | 3 nights")).toBe("Lisbon · 3 nights");
  });

  test("joins the lines of running text and leaves its bars alone", () => {
    expect(quoteText("Run a | b\nand wait.")).toBe("Run a | b and wait.");
  });

  test("parts running text from the table below it", () => {
    expect(quoteText("Limits:\n| Paris | €210 |\nper night")).toBe("Limits:\nParis · €210\nper night");
  });
});

test("a passage keeps its lines; a table in it loses its bars and its rule", () => {
  expect(passageText("Prices\n\n| Part | EUR |\n| --- | --- |\n| PX-1 | 84.50 |\n\nWithout tax.")).toBe("Prices\n\nPart · EUR\nPX-1 · 84.50\n\nWithout tax.");
});
