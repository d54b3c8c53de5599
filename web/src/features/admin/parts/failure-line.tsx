import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";

import type { Reason } from "@/api/errors";
import { CopyButton } from "@/components/ui/copy-button";
import { useT } from "@/i18n/provider";

import { ToldReason } from "./told-reason";

interface FailureLineProps {
  /** What went wrong, as the server says it. */
  sentence: string;
  code?: Reason | null;
  /** To give to whoever runs the server. */
  requestId?: string | null;
  action?: ReactNode;
}

/** An error inside a row: the sentence, and the id to copy. */
export function FailureLine({ sentence, code = null, requestId, action }: FailureLineProps) {
  const t = useT();
  return (
    <p className="flex items-start gap-1.5 text-[0.8125rem] leading-snug text-danger">
      <CircleAlert aria-hidden className="mt-[0.15em] size-3.5 shrink-0" />
      <span className="min-w-0 [overflow-wrap:anywhere]">
        <ToldReason sentence={sentence} code={code} />
        {requestId && (
          <span className="flex w-fit items-center gap-0.5 text-faint [&_button]:size-5 [&_button_svg]:size-3.5">
            <code className="font-mono text-xs">{requestId}</code>
            <CopyButton text={requestId} label={t("common.copyId", { id: requestId })} />
          </span>
        )}
        {action}
      </span>
    </p>
  );
}
