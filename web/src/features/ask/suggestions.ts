import type { KnowledgeBase } from "@/api/types";
import type { Language } from "@/i18n/texts";

const isIn = (language: Language, question: string) => /[\u4e00-\u9fff]/.test(question) === (language === "zh-CN");

/**
 * Up to `limit` suggested questions: those in the reader's language first, and of each knowledge base in turn, so that
 * none crowds out the others.
 */
export function suggestionsOf(knowledgeBases: readonly KnowledgeBase[], limit: number, language: Language): string[] {
  const inTurn = new Set<string>();
  const rounds = Math.max(0, ...knowledgeBases.map((knowledgeBase) => knowledgeBase.suggested_questions.length));
  for (let round = 0; round < rounds; round += 1) {
    for (const { suggested_questions: questions } of knowledgeBases) {
      const question = questions[round];
      if (question !== undefined) inTurn.add(question);
    }
  }
  const all = [...inTurn];
  const own = all.filter((question) => isIn(language, question));
  const others = all.filter((question) => !isIn(language, question));
  return [...own, ...others].slice(0, limit);
}
