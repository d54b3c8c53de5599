import { useQuery } from "@tanstack/react-query";

import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { useToasts } from "@/components/ui/toast";

import { knowledgeBaseIn, knowledgeBasesQuery } from "../api/get-knowledge-bases";
import { useReindex } from "../api/reindex";
import { Fact } from "../parts/fact";
import { useAdminT } from "../texts";

/** Which models the index is built with, and the way to build it anew beside the one that answers. */
export function Reindex({ knowledgeBaseId }: { knowledgeBaseId: string }) {
  const t = useAdminT();
  const toasts = useToasts();
  const { data } = useQuery(knowledgeBasesQuery);
  const start = useReindex();
  const knowledgeBase = knowledgeBaseIn(data, knowledgeBaseId);
  if (!knowledgeBase?.embedder) return null;
  // Behind the names stand the hashes of what they are made of.
  const [model] = knowledgeBase.embedder.split("|");
  const [chunker] = knowledgeBase.chunker?.split("|") ?? [];
  return (
    <section className="rounded-lg border border-line bg-surface px-4 py-4">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 space-y-1">
          <h2 className="flex flex-wrap items-center gap-2 text-lg font-semibold">
            {t("reindex.title")}
            {knowledgeBase.reindex_needed && <Badge tone="warn">{t("reindex.needed")}</Badge>}
          </h2>
          <p className="max-w-prose text-sm text-muted">{t(knowledgeBase.reindex_needed ? "reindex.neededText" : "reindex.text")}</p>
        </div>
        {knowledgeBase.reindex_needed && (
          <Button
            busy={start.isPending}
            onClick={() =>
              start.mutate(knowledgeBaseId, { onSuccess: () => toasts.show({ text: t("reindex.started") }), onError: toasts.showError })
            }
          >
            {t("reindex.start")}
          </Button>
        )}
      </div>
      <dl className="mt-3 flex flex-wrap gap-x-8 gap-y-2">
        <Fact name={t("reindex.embedder")}>{model}</Fact>
        <Fact name={t("reindex.chunker")}>{chunker}</Fact>
      </dl>
    </section>
  );
}
