import { Link, useParams, useRouteContext } from "@tanstack/react-router";

import type { Answer } from "@/api/types";
import { useT } from "@/i18n/provider";

/** Whether the reader administers: only then are scores shown, and the way to replay an answer. */
export function useIsAdmin(): boolean {
  const { me } = useRouteContext({ from: "/signed-in" });
  return me.role === "admin";
}

/**
 * For administrators: the same question, stage by stage, with the files of the conversation that it stands in. A
 * follow-up is replayed as what was searched for.
 */
export function ReplayLink({ answer }: { answer: Answer }) {
  const t = useT();
  const { conversationId } = useParams({ strict: false });
  if (!useIsAdmin()) return null;
  return (
    <Link to="/admin/why" search={{ q: answer.standalone_question || answer.question, conversation: conversationId }} className="text-sm text-accent underline underline-offset-4 print:hidden">
      {t("answer.replay")}
    </Link>
  );
}
