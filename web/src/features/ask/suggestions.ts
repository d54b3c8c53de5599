import type { KnowledgeBase } from "@/api/types";

/** Up to `limit` suggested questions, taking one of each knowledge base in turn, so that none crowds out the others. */
export function suggestionsOf(knowledgeBases: readonly KnowledgeBase[], limit: number): string[] {
  const chosen = new Set<string>();
  const rounds = Math.max(0, ...knowledgeBases.map((knowledgeBase) => knowledgeBase.suggested_questions.length));
  for (let round = 0; round < rounds; round += 1) {
    for (const { suggested_questions: questions } of knowledgeBases) {
      const question = questions[round];
      if (question !== undefined) chosen.add(question);
      if (chosen.size === limit) return [...chosen];
    }
  }
  return [...chosen];
}
