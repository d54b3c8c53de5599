import type { Conversation } from "@/api/types";

export const AGES = ["pinned", "today", "week", "earlier"] as const;
export type Age = (typeof AGES)[number];

/** Midnight at the start of the day, and of the Monday of its week, in local time. */
function startsOf(now: Date): { day: number; week: number } {
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  const week = new Date(day);
  week.setDate(day.getDate() - ((day.getDay() + 6) % 7));
  return { day: day.getTime(), week: week.getTime() };
}

/** Conversations in groups that are not empty, in the order in which they are listed. */
export function byAge(conversations: readonly Conversation[], now: Date): { age: Age; conversations: Conversation[] }[] {
  const { day, week } = startsOf(now);
  const ageOf = (conversation: Conversation): Age => {
    if (conversation.pinned) return "pinned";
    const at = new Date(conversation.updated_at).getTime();
    if (at >= day) return "today";
    return at >= week ? "week" : "earlier";
  };
  return AGES.map((age) => ({ age, conversations: conversations.filter((one) => ageOf(one) === age) })).filter(
    (group) => group.conversations.length > 0,
  );
}
