import { Link } from "@tanstack/react-router";
import { FileQuestion } from "lucide-react";

import { Tooltip } from "@/components/ui/tooltip";

import { useAdminT } from "../texts";

/** To the page that replays the question in this knowledge base. */
export function ReplayQuestion({ question, knowledgeBaseId }: { question: string; knowledgeBaseId: string }) {
  const t = useAdminT();
  const text = t("golden.replay", { question });
  return (
    <Tooltip text={text}>
      <Link
        to="/admin/why"
        search={{ q: question, kb: knowledgeBaseId }}
        aria-label={text}
        className="inline-flex size-8 shrink-0 items-center justify-center rounded-md text-muted hover:bg-sunken hover:text-ink [&_svg]:size-4"
      >
        <FileQuestion aria-hidden />
      </Link>
    </Tooltip>
  );
}
