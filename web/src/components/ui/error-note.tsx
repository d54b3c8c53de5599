import { CircleAlert } from "lucide-react";
import { useCallback, type ReactNode } from "react";

import { ApiError } from "@/api/errors";
import { useT, type TextKey } from "@/i18n/provider";

import { Button } from "./button";
import { CopyButton } from "./copy-button";

const NEXT: Record<string, TextKey> = {
  offline: "error.offlineNext",
  unauthenticated: "error.unauthenticatedNext",
  overloaded: "error.overloadedNext",
  forbidden: "error.forbiddenNext",
  not_found: "error.notFoundNext",
  unavailable: "error.unavailableNext",
  invalid: "error.invalidNext",
};

/** A message of more than one sentence has already said what to do next. */
const SAYS_WHAT_NEXT = /[.!?]\s+\S|[。！？]\S/;

/** The sentence and the next step of any thrown value; no next step when the sentence holds it. */
export function useErrorText(): (error: unknown) => { sentence: string; next: string; id: string | null } {
  const t = useT();
  return useCallback(
    (error) => {
      if (!(error instanceof ApiError)) return { sentence: t("error.unknown"), next: t("error.unknownNext"), id: null };
      const fallback = error.code === "offline" ? t("error.offline") : t("error.unknown");
      const next = SAYS_WHAT_NEXT.test(error.message) ? "" : t(NEXT[error.code] ?? "error.unknownNext");
      return { sentence: error.message || fallback, next, id: error.requestId };
    },
    [t],
  );
}

interface ErrorNoteProps {
  error: unknown;
  onRetry?: () => void;
  action?: ReactNode;
}

/** An error as a sentence, with a next step and the id to give to an administrator. */
export function ErrorNote({ error, onRetry, action }: ErrorNoteProps) {
  const t = useT();
  const { sentence, next, id } = useErrorText()(error);
  return (
    <div role="alert" className="flex gap-3 rounded-lg border border-danger/40 bg-danger-soft px-4 py-3 text-sm">
      <CircleAlert aria-hidden className="mt-[0.2em] size-4 shrink-0 text-danger" />
      <div className="min-w-0 grow">
        <p className="font-medium">{sentence}</p>
        {next && <p className="text-muted">{next}</p>}
        {id && (
          <p className="mt-1 flex flex-wrap items-center gap-1 text-muted">
            <span>{t("common.requestId")}</span>
            <code className="font-mono text-xs break-all text-ink">{id}</code>
            <CopyButton text={id} label={t("common.copyId", { id })} />
          </p>
        )}
        {(onRetry || action) && (
          <div className="mt-2 flex gap-2">
            {onRetry && (
              <Button size="small" onClick={onRetry}>
                {t("common.retry")}
              </Button>
            )}
            {action}
          </div>
        )}
      </div>
    </div>
  );
}
