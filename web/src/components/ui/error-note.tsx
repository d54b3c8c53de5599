import { CircleAlert } from "lucide-react";
import { useCallback, type ReactNode } from "react";

import { ApiError } from "@/api/errors";
import { useLanguage, useT, type TextKey } from "@/i18n/provider";

import { Button } from "./button";
import { CopyButton } from "./copy-button";

/** What a code says in general, for a reader who does not read the server's English. */
const SENTENCES: Record<string, TextKey> = {
  offline: "error.offline",
  unauthenticated: "error.unauthenticated",
  overloaded: "error.overloaded",
  forbidden: "error.forbidden",
  not_found: "error.not_found",
  unavailable: "error.unavailable",
  invalid: "error.invalid",
  conflict: "error.conflict",
  too_large: "error.too_large",
  unsupported: "error.unsupported",
  storage_full: "error.storage_full",
  storage_failed: "error.storage_failed",
};

const NEXT: Record<string, TextKey> = {
  offline: "error.offlineNext",
  unauthenticated: "error.unauthenticatedNext",
  overloaded: "error.overloadedNext",
  forbidden: "error.forbiddenNext",
  not_found: "error.notFoundNext",
  unavailable: "error.unavailableNext",
  invalid: "error.invalidNext",
  conflict: "error.conflictNext",
  too_large: "error.tooLargeNext",
  unsupported: "error.unsupportedNext",
  storage_full: "error.storageNext",
  storage_failed: "error.storageNext",
};

/** A message of more than one sentence has already said what to do next. */
const SAYS_WHAT_NEXT = /[.!?]\s+\S|[。！？]\S/;

interface ErrorText {
  sentence: string;
  /** The server's own sentence where `sentence` is a translated, general one; empty elsewhere. */
  detail: string;
  /** Empty when the sentence holds it. */
  next: string;
  id: string | null;
}

/** The words for any thrown value. The server writes English, which an English page shows as it is. */
export function useErrorText(): (error: unknown) => ErrorText {
  const t = useT();
  const { language } = useLanguage();
  return useCallback(
    (error) => {
      if (!(error instanceof ApiError)) return { sentence: t("error.unknown"), detail: "", next: t("error.unknownNext"), id: null };
      const general = t(SENTENCES[error.code] ?? "error.unknown");
      const next = t(NEXT[error.code] ?? "error.unknownNext");
      if (language !== "en") return { sentence: general, detail: error.message, next, id: error.requestId };
      return {
        sentence: error.message || general,
        detail: "",
        next: SAYS_WHAT_NEXT.test(error.message) ? "" : next,
        id: error.requestId,
      };
    },
    [t, language],
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
  const { sentence, detail, next, id } = useErrorText()(error);
  return (
    <div role="alert" className="flex gap-3 rounded-lg border border-danger/40 bg-danger-soft px-4 py-3 text-sm">
      <CircleAlert aria-hidden className="mt-[0.2em] size-4 shrink-0 text-danger" />
      <div className="min-w-0 grow">
        <p className="font-medium">{sentence}</p>
        {next && <p className="text-muted">{next}</p>}
        {detail && (
          <p lang="en" className="mt-1 break-words text-muted">
            {detail}
          </p>
        )}
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
