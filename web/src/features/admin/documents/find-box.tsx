import { useState } from "react";

import { passageText } from "@/components/quote-text";
import { Button } from "@/components/ui/button";
import { ErrorNote } from "@/components/ui/error-note";
import { Input } from "@/components/ui/input";
import { Working } from "@/components/ui/working";
import { useFormats } from "@/i18n/provider";

import { PASSAGES_ASKED, useFind } from "../api/find-in-knowledge-base";
import type { Passage } from "../api/shapes";
import { useAdminT } from "../texts";
import { ranked, type RankedPassage } from "./ranking";

interface FindBoxProps {
  knowledgeBaseId: string;
  documentId: string;
  onFound: (ranks: ReadonlyMap<string, number>) => void;
  onChoose: (chunkId: string) => void;
}

/** Tries a question against the whole knowledge base, and says where this document comes in. */
export function FindBox({ knowledgeBaseId, documentId, onFound, onChoose }: FindBoxProps) {
  const t = useAdminT();
  const find = useFind(knowledgeBaseId);
  const [question, setQuestion] = useState("");
  const ask = () => {
    if (question.trim() === "" || find.isPending) return;
    find.mutate(question.trim(), {
      onSuccess: ({ passages }) => onFound(new Map(ranked(passages, documentId).map(({ passage, rank }) => [passage.chunk_id, rank]))),
    });
  };
  return (
    <section className="border-b border-line px-3 py-3 sm:px-4">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          ask();
        }}
      >
        <label htmlFor="find-question" className="mb-1.5 block text-sm font-medium">
          {t("find.title")}
        </label>
        <div className="flex gap-2">
          <Input
            id="find-question"
            value={question}
            maxLength={4000}
            placeholder={t("find.placeholder")}
            onChange={(event) => setQuestion(event.target.value)}
            className="text-sm"
          />
          <Button type="submit" busy={find.isPending}>
            {t("find.submit")}
          </Button>
        </div>
      </form>
      <div role="status" className="empty:hidden">
        {find.isPending && <Working text={t("find.working")} className="mt-2" />}
        {find.data && (
          <Found passages={find.data.passages} documentId={documentId} degraded={find.data.degraded} onChoose={onChoose} />
        )}
      </div>
      {find.error && (
        <div className="mt-3">
          <ErrorNote error={find.error} onRetry={ask} />
        </div>
      )}
    </section>
  );
}

interface FoundProps {
  passages: readonly Passage[];
  documentId: string;
  degraded: string | null;
  onChoose: (chunkId: string) => void;
}

function Found({ passages, documentId, degraded, onChoose }: FoundProps) {
  const t = useAdminT();
  const ours = ranked(passages, documentId);
  const [best] = passages;
  return (
    <div className="mt-3 space-y-2 text-sm">
      {ours.length > 0 ? (
        <p>{t("find.found", { count: ours.length, of: passages.length })}</p>
      ) : (
        <p>{passages.length === 0 ? t("find.nothing") : t("find.notThis", { count: PASSAGES_ASKED })}</p>
      )}
      {best && best.document_id !== documentId && <p className="text-muted">{t("find.first", { title: best.document_title })}</p>}
      {degraded && <p className="text-warn">{degraded}</p>}
      {ours.length > 0 && <Scores ours={ours} onChoose={onChoose} />}
    </div>
  );
}

function Scores({ ours, onChoose }: { ours: readonly RankedPassage[]; onChoose: (chunkId: string) => void }) {
  const t = useAdminT();
  const formats = useFormats();
  const number = (value: number | null, digits: number) => (value === null ? "–" : formats.number(value, digits));
  return (
    <div tabIndex={0} role="region" aria-label={t("find.scores")} className="max-h-48 overflow-auto rounded-md border border-line">
      <table className="w-full text-left text-[0.8125rem]">
        <thead className="sticky top-0 bg-sunken text-xs text-muted">
          <tr className="[&>th]:px-2.5 [&>th]:py-1.5 [&>th]:font-medium [&>th]:whitespace-nowrap">
            <th scope="col">{t("find.place")}</th>
            <th scope="col">{t("find.passage")}</th>
            <th scope="col" className="text-right">{t("find.bm25")}</th>
            <th scope="col" className="text-right">{t("find.dense")}</th>
            <th scope="col" className="text-right">{t("find.fused")}</th>
            <th scope="col" className="text-right">{t("find.rerank")}</th>
          </tr>
        </thead>
        <tbody className="figures divide-y divide-line">
          {ours.map(({ passage, rank }) => (
            <tr key={passage.chunk_id} className="[&>td]:px-2.5 [&>td]:py-1.5">
              <td className="font-medium">{formats.number(rank)}</td>
              <td className="w-full max-w-0">
                <button type="button" onClick={() => onChoose(passage.chunk_id)} className="block max-w-full truncate rounded text-accent hover:underline">
                  {passageText(passage.text)}
                </button>
              </td>
              <td className="text-right">{number(passage.scores.bm25, 1)}</td>
              <td className="text-right">{number(passage.scores.dense, 2)}</td>
              <td className="text-right">{number(passage.scores.fused, 3)}</td>
              <td className="text-right">{number(passage.scores.rerank, 1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
