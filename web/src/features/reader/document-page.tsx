import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { usePageTitle } from "@/hooks/use-page-title";
import { useFormats, useT } from "@/i18n/provider";

import { documentTextQuery } from "./api/get-document-text";
import { DocumentView, type Place } from "./document-view";
import { OriginalLink } from "./original-link";

interface DocumentPageProps {
  documentId: string;
  /** Ordinals of the first and the last block to show, and the words to mark in them. */
  block: number | undefined;
  to: number | undefined;
  quote: string | undefined;
}

/** The Reader as a page of its own. */
export function DocumentPage({ documentId, block, to, quote }: DocumentPageProps) {
  const t = useT();
  const formats = useFormats();
  const { data } = useQuery(documentTextQuery(documentId));
  usePageTitle(data?.document.title ?? t("reader.title"));
  const place = useMemo<Place | null>(
    () => (block === undefined ? null : { documentId, quote: quote ?? "", first: block, last: to ?? block, version: null, boxes: [] }),
    [documentId, block, to, quote],
  );
  return (
    <div className="mx-auto w-full max-w-[46rem] px-5 pt-6 pb-[20vh] [--bar-top:3.25rem] lg:px-8 lg:[--bar-top:0px]">
      {!data && <h1 className="sr-only">{t("reader.title")}</h1>}
      {data && (
        <header className="mb-7 flex items-start gap-4 border-b border-line pb-4">
          <div className="min-w-0 grow">
            <h1 className="text-xl leading-snug font-semibold break-words">{data.document.title}</h1>
            <p className="mt-1 text-sm break-words text-muted">
              {[
                data.knowledge_base_name,
                data.document.filename,
                t("sources.version", { number: data.document.version_number }),
                t("sources.updated", { date: formats.date(data.document.updated_at) }),
              ].join(" · ")}
            </p>
          </div>
          <OriginalLink documentId={documentId} />
        </header>
      )}
      <DocumentView documentId={documentId} place={place} />
    </div>
  );
}
