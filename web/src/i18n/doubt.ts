/** The check's reasons in the reader's language; the server gives each as one English sentence. */
import type { useT } from "./provider";

const REASONS = {
  "Only part of it is in the source.": "support.partly",
  "The sources do not say this.": "support.unsaid",
  "The sources do not have a figure of it.": "support.figure",
  "The sources do not say these figures together.": "support.apart",
  "The sources say this figure of something else.": "support.elsewhere",
  "It names someone or something that the sources do not.": "support.name",
  "The sources seem to say the opposite.": "support.opposite",
} as const;

export function doubtIn(reason: string | null, t: ReturnType<typeof useT>): string {
  if (reason === null) return "";
  const key = Object.entries(REASONS).find(([sentence]) => sentence === reason)?.[1];
  return key ? t(key) : reason;
}
