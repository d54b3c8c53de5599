import { Copy, Download, FileText, Printer, RotateCcw, ThumbsDown, ThumbsUp } from "lucide-react";

import type { Answer, FeedbackReason, Turn } from "@/api/types";
import { IconButton } from "@/components/ui/button";
import { Menu, MenuItem } from "@/components/ui/menu";
import { useToasts } from "@/components/ui/toast";
import { useFormats, useT } from "@/i18n/provider";

import { useGiveFeedback } from "./api/give-feedback";
import { usePlaceWords } from "./place-words";
import { answerAsMarkdown, answerAsText, type ExportWords } from "./prose";

const REASONS: readonly FeedbackReason[] = ["wrong", "incomplete", "outdated", "source_missing"];

interface AnswerActionsProps {
  conversationId: string;
  turn: Turn;
  answer: Answer;
  onAskAgain: () => void;
  onPrint: () => void;
}

export function AnswerActions({ conversationId, turn, answer, onAskAgain, onPrint }: AnswerActionsProps) {
  const t = useT();
  const formats = useFormats();
  const toasts = useToasts();
  const feedback = useGiveFeedback(conversationId, turn.id);
  const words: ExportWords = {
    sources: t("sources.title"),
    ...usePlaceWords(),
    notFound: t("answer.notFound"),
    unsupported: t("answer.unsupported"),
    unanswered: (parts) => t("answer.unanswered", { parts }),
  };
  const judge = (verdict: "up" | "down", reason: FeedbackReason | null = null) => {
    const taken = turn.feedback === verdict && reason === null;
    feedback.mutate({ feedback: taken ? null : verdict, reason }, { onError: toasts.showError });
  };
  const copy = async () => {
    await navigator.clipboard.writeText(answerAsText(answer, words));
    toasts.show({ text: t("answer.copied") });
  };
  return (
    <div className="print:hidden">
      <div className="-ml-2 flex flex-wrap items-center gap-0.5">
        <IconButton label={t("answer.copy")} icon={<Copy aria-hidden />} onClick={() => void copy()} />
        <IconButton label={t("answer.good")} icon={<ThumbsUp aria-hidden />} pressed={turn.feedback === "up"} onClick={() => judge("up")} />
        <IconButton label={t("answer.bad")} icon={<ThumbsDown aria-hidden />} pressed={turn.feedback === "down"} onClick={() => judge("down")} />
        <IconButton label={t("answer.again")} icon={<RotateCcw aria-hidden />} onClick={onAskAgain} />
        <Menu align="start" trigger={<IconButton label={t("answer.export")} icon={<Download aria-hidden />} />}>
          <MenuItem icon={<FileText aria-hidden />} onSelect={() => saveFile(`${fileName(answer.question)}.md`, answerAsMarkdown(answer, words))}>
            {t("answer.exportMarkdown")}
          </MenuItem>
          <MenuItem icon={<Printer aria-hidden />} onSelect={onPrint}>
            {t("answer.exportPdf")}
          </MenuItem>
        </Menu>
        <span className="figures ml-auto pl-3 text-xs text-faint">
          {answer.outcome === "answered" ? t("answer.model", { model: answer.model, time: formats.seconds(answer.seconds) }) : formats.seconds(answer.seconds)}
        </span>
      </div>
      {turn.feedback === "down" && (
        <div role="group" aria-label={t("answer.why")} className="mt-2 flex flex-wrap items-center gap-2 text-sm">
          <span className="text-muted">{turn.feedback_reason ? t("answer.thanks") : t("answer.why")}</span>
          {REASONS.map((reason) => (
            <button
              key={reason}
              type="button"
              aria-pressed={turn.feedback_reason === reason}
              onClick={() => judge("down", reason)}
              className="h-7 rounded-full border border-line-strong/60 px-3 text-muted hover:border-line-strong hover:text-ink aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent"
            >
              {t(`answer.reason.${reason}`)}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function fileName(question: string): string {
  return question.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60) || "answer";
}

function saveFile(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/markdown;charset=utf-8" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
