import { describe, expect, test } from "vitest";

import { answer, citation, sentence } from "@/tests/answers";

import { answerAsMarkdown, answerAsText, gap, passagesOf, placeOf, sourcesOf, type ExportWords } from "./prose";

const words: ExportWords = {
  sources: "Sources",
  page: (page) => `p. ${page}`,
  lines: (first, last) => `, lines ${first}–${last}`,
  notFound: "The knowledge bases do not say.",
  unsupported: "not in the sources",
  unanswered: (parts) => `Not said: ${parts}`,
};

describe("the gap between sentences", () => {
  test("is a space in Latin text", () => expect(gap("One.", "Two.")).toBe(" "));
  test("is nothing after a Chinese full stop", () => expect(gap("一。", "二。")).toBe(""));
  test("is nothing before Chinese punctuation", () => expect(gap("VPN", "（内网）")).toBe(""));
});

describe("passages", () => {
  test("begin where a paragraph starts and where a quotation starts or ends", () => {
    const passages = passagesOf([
      sentence("A.", { starts_paragraph: true }),
      sentence("B."),
      sentence("Q.", { is_quote: true }),
      sentence("C."),
      sentence("D.", { starts_paragraph: true }),
    ]);
    expect(passages.map(({ kind, sentences }) => [kind, sentences.map(({ sentence: { text } }) => text).join("")])).toEqual([
      ["prose", "A.B."],
      ["quotation", "Q."],
      ["prose", "C."],
      ["prose", "D."],
    ]);
  });

  test("leave out what was withheld, but keep the paragraph that it started", () => {
    const passages = passagesOf([sentence("A."), sentence("", { verdict: "withheld", starts_paragraph: true }), sentence("B.")]);
    expect(passages.map(({ sentences }) => sentences.map(({ index }) => index))).toEqual([[0], [2]]);
  });
});

describe("sources", () => {
  test("are the cited ones of an answer", () => {
    expect(sourcesOf(answer()).map(({ number }) => number)).toEqual([1]);
  });

  test("are the closest ones of a refusal, numbered as shown", () => {
    const refusal = answer({ outcome: "not_found", citations: [], closest: [citation(0), citation(0)] });
    expect(sourcesOf(refusal).map(({ number }) => number)).toEqual([1, 2]);
  });
});

test("a place is the page and the path of headings, as far as there are any", () => {
  const unknown = { first_line: null, last_line: null };
  expect(placeOf({ page: 12, headings: ["Travel", "Deadlines"], ...unknown }, words)).toBe("p. 12 · Travel › Deadlines");
  expect(placeOf({ page: 12, headings: ["Travel"], first_line: 4, last_line: 6 }, words)).toBe("p. 12, lines 4–6 · Travel");
  expect(placeOf({ page: null, headings: ["Travel"], first_line: 4, last_line: 6 }, words)).toBe("Travel");
  expect(placeOf({ page: null, headings: [], ...unknown }, words)).toBe("");
});

describe("an exported answer", () => {
  const full = answer({
    sentences: [
      sentence("You have 30 days.", { citations: [1, 2] }),
      sentence("Then you need approval."),
      sentence("An invention.", { verdict: "withheld", text: "" }),
      sentence("Within 30 days.", { is_quote: true, citations: [2] }),
    ],
    citations: [citation(1), citation(2, { page: null, headings: [], quote: "Within\n30 days." })],
  });

  test("is copied with its marks and what they stand for", () => {
    expect(answerAsText(full, words)).toBe(
      "You have 30 days. [1] [2] Then you need approval.\n\nWithin 30 days. [2]\n\n" +
        "Sources\n[1] Document 1, p. 12 · Travel › Deadlines\n[2] Document 2",
    );
  });

  test("says in words what its sources do not support", () => {
    const marked = answer({ sentences: [sentence("Leave is 40 days.", { verdict: "unsupported", reason: "The sources do not say this." })], citations: [] });
    expect(answerAsText(marked, words)).toBe("Leave is 40 days. [not in the sources]");
    expect(answerAsMarkdown(marked, words)).toContain("Leave is 40 days.");
  });

  test("is Markdown with quotations and the quoted lines of its sources", () => {
    const markdown = answerAsMarkdown(full, words);
    expect(markdown).toContain("# How long do I have?\n\nYou have 30 days. [1] [2] Then you need approval.\n\n> Within 30 days. [2]");
    expect(markdown).toContain("2. **Document 2**, document-2.pdf\n   > Within 30 days.");
  });

  test("holds no image, link or tag of a document", () => {
    const quote = '![x](https://evil.example/c.png) <img src="https://evil.example/c.png"> [sign in][1]\n[1]: https://evil.example';
    const hostile = answer({
      sentences: [sentence(quote, { is_quote: true, citations: [1] })],
      citations: [citation(1, { quote, document_title: "[Pay](https://evil.example)", headings: ["<https://evil.example>"] })],
    });
    const markdown = answerAsMarkdown(hostile, words);
    expect(markdown).not.toMatch(/\][([:]|<[a-z/]/i);
    expect(markdown).toContain("**[Pay] (https://evil.example)**, p. 12 · < https://evil.example>");
  });

  test("says so when it is a refusal", () => {
    const refusal = answer({ outcome: "not_found", sentences: [], citations: [], closest: [citation(1)] });
    expect(answerAsText(refusal, words)).toBe("The knowledge bases do not say.");
  });
});
