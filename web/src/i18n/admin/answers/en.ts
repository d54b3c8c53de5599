import type { Catalogue } from "../../texts";

/** How the answers of a knowledge base are made. */
export const en = {
  "policy.title": "Answers",
  "policy.lead": "Every sentence that the model writes is compared with the passages it may rest on.",
  "policy.checking": "Sentences that the sources do not support",
  "policy.strict": "Leave them out",
  "policy.strictHint": "Readers see only what the sources say, and how many sentences were left out. This is the usual choice.",
  "policy.marked": "Show them, marked",
  "policy.markedHint": "Each is underlined and says “not in the sources”, on the page, in copies and over the API. Choose this only for readers who check.",
  "policy.leaving": "Whether its text may leave",
  "policy.stays": "It never leaves",
  "policy.staysHint": "Questions to this knowledge base are answered by your own language model alone, however busy it is. This is the usual choice.",
  "policy.mayLeave": "It may leave when your own model has no time",
  "policy.mayLeaveHint":
    "The question, the passages found for it and the titles of their documents then go to the second model that the settings name, which may be another company’s. The audit log has each time. A question that also asks a knowledge base that stays, or reads an attached file, does not leave.",
  "policy.threshold": "How sure the sources must be",
  "policy.thresholdHint": "Below this chance the answer is “not found”. Higher: fewer wrong answers, more questions refused. Usual: {usual}.",
  "policy.usual": "Back to the usual value",
  "policy.effect": "What this does to the golden questions",
  "policy.answerable": {
    one: "Of {count} golden question with an answer: {answered} answered, {refused} refused wrongly.",
    other: "Of {count} golden questions with an answer: {answered} answered, {refused} refused wrongly.",
  },
  "policy.unanswerable": {
    one: "Of {count} that must be refused: {refused} refused, {answered} answered wrongly.",
    other: "Of {count} that must be refused: {refused} refused, {answered} answered wrongly.",
  },
  "policy.wronglyRefused": "Refused, though there is an answer",
  "policy.wronglyAnswered": "Answered, though it must be refused",
  "policy.unmeasured": "The golden questions were not asked since they were made, so the effect is not known yet.",
  "policy.noGolden": "There are no golden questions with an answer yet. Add some under Quality, and you see here what a threshold does to them.",
  "policy.measure": "Ask them now",
  "policy.measuredAt": "Asked {when}",
  "policy.save": "Save how it answers",
  "policy.saved": "Saved. Answers are made this way from now on.",
} as const satisfies Catalogue;
