/** Answers and their parts for tests. */
import type { Answer, Citation, Sentence } from "@/api/types";

export function citation(number: number, more: Partial<Citation> = {}): Citation {
  return {
    number,
    chunk_id: `chunk-${number}`,
    knowledge_base_id: "kb",
    document_id: `document-${number}`,
    document_title: `Document ${number}`,
    filename: `document-${number}.pdf`,
    version_number: 1,
    page: 12,
    headings: ["Travel", "Deadlines"],
    quote: `Quote ${number}.`,
    first_block: 0,
    last_block: 0,
    updated_at: "2026-11-02T09:00:00Z",
    boxes: [],
    first_line: null,
    last_line: null,
    scores: { bm25: 3.2, dense: 0.8, fused: 0.03, rerank: null },
    ...more,
  };
}

export function sentence(text: string, more: Partial<Sentence> = {}): Sentence {
  return { text, citations: [], verdict: "supported", reason: null, is_quote: false, starts_paragraph: false, ...more };
}

export function answer(more: Partial<Answer> = {}): Answer {
  return {
    question: "How long do I have?",
    standalone_question: "How long do I have?",
    outcome: "answered",
    sentences: [sentence("You have 30 days.", { citations: [1] })],
    citations: [citation(1)],
    closest: [],
    maintainers: [],
    withheld: 0,
    confidence: { value: 0.8, level: "high", reasons: [] },
    reasoning: "",
    degraded: null,
    reduced: null,
    seconds: 2,
    model: "tiny",
    context: null,
    ...more,
  };
}
