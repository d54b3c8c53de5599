import { useQuery } from "@tanstack/react-query";

import type { Status } from "@/api/types";
import { cn } from "@/components/ui/class-names";
import { Progress } from "@/components/ui/progress";
import { useFormats, useT, type TextKey } from "@/i18n/provider";

import { statusQuery } from "./api/get-status";

interface Line {
  text: TextKey;
  tone: "plain" | "danger";
  /** 0 to 1 while something loads. */
  progress: number | null;
}

/** What the status line has to say; null when everything is ready. */
export function lineOf(status: Status): Line | null {
  const embedder = status.models.find((model) => model.role === "embedder");
  const generator = status.models.find((model) => model.role === "generator");
  if (!status.search_ready && embedder) {
    if (embedder.state === "failed") return { text: "status.embedderFailed", tone: "danger", progress: null };
    if (embedder.state === "loading") return { text: "status.embedderLoading", tone: "plain", progress: embedder.progress };
    if (embedder.state === "waiting") return { text: "status.embedderWaiting", tone: "plain", progress: null };
  }
  if (!status.answers_ready && generator) {
    if (generator.state === "failed") return { text: "status.generatorFailed", tone: "danger", progress: null };
    if (generator.state === "loading") return { text: "status.generatorLoading", tone: "plain", progress: generator.progress };
    if (generator.state === "waiting") return { text: "status.generatorWaiting", tone: "plain", progress: null };
  }
  return null;
}

/** One line above the page while models load or when one has failed. */
export function StatusLine() {
  const t = useT();
  const formats = useFormats();
  const { data } = useQuery(statusQuery);
  const line = data ? lineOf(data) : null;
  if (!line) return null;
  const percent = formats.percent(line.progress ?? 0);
  return (
    <div
      className={cn(
        "flex flex-wrap items-center justify-center gap-x-4 gap-y-1 border-b px-4 py-1.5 text-sm print:hidden",
        line.tone === "danger" ? "border-danger/30 bg-danger-soft text-danger" : "border-line bg-accent-soft text-ink",
      )}
    >
      <p role="status">{t(line.text, { percent })}</p>
      {line.progress !== null && <Progress label={t("status.title")} share={line.progress} className="max-w-28" />}
    </div>
  );
}
