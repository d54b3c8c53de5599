import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";

import type { DocumentText } from "@/api/types";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorNote } from "@/components/ui/error-note";
import { Working } from "@/components/ui/working";
import { useT } from "@/i18n/provider";

import { documentTextQuery } from "./api/get-document-text";
import { DocumentBlocks } from "./document-blocks";
import { locateCitation, type Marks } from "./locate-quote";

/** What is to be found in a document: a quote in a range of blocks, of a version if it is known. */
export interface Place {
  readonly documentId: string;
  readonly quote: string;
  readonly first: number;
  readonly last: number;
  readonly version: number | null;
}

/** The text of a document, scrolled to a place in it, the words marked. */
export function DocumentView({ documentId, place }: { documentId: string; place: Place | null }) {
  const t = useT();
  const document = useQuery(documentTextQuery(documentId));
  if (document.error) return <ErrorNote error={document.error} onRetry={() => void document.refetch()} />;
  if (!document.data) return <Working text={t("reader.loading")} />;
  if (document.data.blocks.length === 0) return <EmptyState title={t("reader.empty")} next={t("reader.emptyNext")} />;
  return <Opened document={document.data} place={place} />;
}

function Opened({ document, place }: { document: DocumentText; place: Place | null }) {
  const body = useRef<HTMLDivElement>(null);
  const marks = useMemo(
    () => place && locateCitation(document.blocks, place.quote, place.first, place.last),
    [document.blocks, place],
  );
  const cited = useMemo(() => place && { first: place.first, last: place.last }, [place]);
  useEffect(() => {
    const target = body.current?.querySelector("mark") ?? body.current?.querySelector("[data-cited]");
    target?.scrollIntoView({ block: "center" });
  }, [marks, cited]);
  return (
    <div ref={body}>
      {place && <VersionNote place={place} now={document.document.version_number} marks={marks} />}
      <DocumentBlocks blocks={document.blocks} marks={marks} cited={cited} />
    </div>
  );
}

/** Says so when the document is not any more what was cited. */
function VersionNote({ place, now, marks }: { place: Place; now: number; marks: Marks | null }) {
  const t = useT();
  if (place.version === null || place.version === now) return null;
  return (
    <p role="note" className="mb-5 rounded-md bg-warn-soft px-3.5 py-2.5 text-sm text-warn">
      {marks ? t("reader.newerVersion", { now, then: place.version }) : t("reader.quoteNotFound")}
    </p>
  );
}
