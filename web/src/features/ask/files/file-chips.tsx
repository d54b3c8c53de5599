/** Files beside a question that is being typed: what becomes of each, and why one could not be read. */
import { CircleAlert, FileText, LoaderCircle, X } from "lucide-react";

import { cn } from "@/components/ui/class-names";
import { useErrorText } from "@/components/ui/error-note";
import { useLanguage, useT } from "@/i18n/provider";

import { stateOf, type FileDraft } from "./file-drafts";
import type { FileDrafts } from "./use-file-drafts";

export function FileChips({ files }: { files: FileDrafts }) {
  const t = useT();
  if (files.drafts.length === 0) return null;
  return (
    <ul aria-label={t("files.attached")} className="flex flex-wrap gap-2 px-3 pt-3">
      {files.drafts.map((draft) => (
        <Chip key={draft.key} draft={draft} onRemove={() => files.remove(draft)} />
      ))}
    </ul>
  );
}

function Chip({ draft, onRemove }: { draft: FileDraft; onRemove: () => void }) {
  const t = useT();
  const state = stateOf(draft);
  const failed = state === "failed";
  return (
    <li
      className={cn(
        "flex max-w-full min-w-0 items-start gap-2 rounded-lg border py-1.5 pr-1 pl-2.5 text-sm",
        failed ? "border-danger/40 bg-danger-soft" : "border-line bg-sunken",
      )}
    >
      <StateIcon failed={failed} working={state === "sending" || state === "reading"} />
      <div className="min-w-0 grow">
        <p className="truncate leading-snug">{draft.name}</p>
        <p role="status" className={cn("text-xs leading-snug", failed ? "text-danger" : "text-muted")}>
          <Said draft={draft} />
        </p>
      </div>
      <button
        type="button"
        aria-label={t("files.remove", { name: draft.name })}
        onClick={onRemove}
        className="inline-flex size-7 shrink-0 items-center justify-center rounded-md text-muted hover:bg-surface hover:text-ink [&_svg]:size-3.5"
      >
        <X aria-hidden />
      </button>
    </li>
  );
}

function StateIcon({ failed, working }: { failed: boolean; working: boolean }) {
  if (failed) return <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />;
  if (working) return <LoaderCircle aria-hidden className="mt-0.5 size-4 shrink-0 animate-spin text-accent" />;
  return <FileText aria-hidden className="mt-0.5 size-4 shrink-0 text-accent" />;
}

function Said({ draft }: { draft: FileDraft }) {
  const t = useT();
  const { language } = useLanguage();
  const textOf = useErrorText();
  if (draft.refusal) {
    const { sentence, detail } = textOf(draft.refusal);
    return (
      <>
        {sentence} {detail && <span lang="en">{detail}</span>}
      </>
    );
  }
  const sent = draft.sent;
  if (!sent) return t("files.sending");
  if (sent.state === "ready") return t("files.ready");
  if (sent.state === "failed") {
    if (language === "en") return sent.error ?? t("files.failed");
    return (
      <>
        {t("files.failed")} <span lang="en">{sent.error}</span>
      </>
    );
  }
  const { done = 0, total = 0 } = sent;
  return done < total ? t("files.readingPage", { done, total }) : t("files.reading");
}
