import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, type ReactNode } from "react";

import { ApiError } from "@/api/errors";
import type { Box, DocumentText } from "@/api/types";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorNote } from "@/components/ui/error-note";
import { Working } from "@/components/ui/working";
import { useT } from "@/i18n/provider";

import { documentTextQuery } from "./api/get-document-text";
import { hasPages, pagesQuery } from "./api/get-pages";
import { DocumentBlocks } from "./document-blocks";
import { locateCitation, type Marks } from "./locate-quote";
import { boxesToMark, type BoxesByPage } from "./page-boxes";
import { PageView } from "./page-view";
import { useView, ViewBar } from "./view-switch";

/** What is to be found in a document: a quote in a range of blocks, of a version if it is known. */
export interface Place {
  readonly documentId: string;
  readonly quote: string;
  readonly first: number;
  readonly last: number;
  readonly version: number | null;
  /** Its lines, where that version has pages. */
  readonly boxes: readonly Box[];
}

const NO_BOXES: BoxesByPage = new Map();

/** A document, scrolled to a place in it, the words marked: its pages where it has some, or its text. */
export function DocumentView({ documentId, place }: { documentId: string; place: Place | null }) {
  const t = useT();
  const document = useQuery(documentTextQuery(documentId));
  if (document.error instanceof ApiError && document.error.status === 404) return <EmptyState title={t("reader.gone")} next={t("error.notFoundNext")} />;
  if (document.error) return <ErrorNote error={document.error} onRetry={() => void document.refetch()} />;
  if (!document.data) return <Working text={t("reader.loading")} />;
  if (document.data.blocks.length === 0) return <EmptyState title={t("reader.empty")} next={t("reader.emptyNext")} />;
  return <Opened document={document.data} place={place} />;
}

function Opened({ document, place }: { document: DocumentText; place: Place | null }) {
  const { id, version_number: version, media_type: mediaType } = document.document;
  const marks = useMemo(
    () => place && locateCitation(document.blocks, place.quote, place.first, place.last),
    [document.blocks, place],
  );
  const note = place && <VersionNote place={place} now={version} marks={marks} />;
  if (!hasPages(mediaType)) return <Text document={document} place={place} marks={marks} above={note} />;
  return <WithPages key={`${id} ${version}`} document={document} place={place} marks={marks} note={note} />;
}

interface WithPagesProps {
  document: DocumentText;
  place: Place | null;
  marks: Marks | null;
  note: ReactNode;
}

function WithPages({ document, place, marks, note }: WithPagesProps) {
  const t = useT();
  const { id, version_number: version } = document.document;
  const [view, setView] = useView();
  const pages = useQuery({ ...pagesQuery(id, version), enabled: view === "page" });
  const boxes = useMemo(
    () => (place ? boxesToMark(document.blocks, place, version, marks) : NO_BOXES),
    [document.blocks, place, version, marks],
  );
  const bar = (pageNumber: ReactNode) => (
    <>
      <ViewBar view={view} onView={setView}>
        {pageNumber}
      </ViewBar>
      {note}
    </>
  );
  if (view === "text") return <Text document={document} place={place} marks={marks} above={bar(null)} />;
  if (pages.error) {
    const sorry = (
      <p role="note" className="mb-5 rounded-md bg-warn-soft px-3.5 py-2.5 text-sm text-warn">
        {t("reader.noPages")}
      </p>
    );
    return <Text document={document} place={place} marks={marks} above={<>{sorry}{note}</>} />;
  }
  if (!pages.data) return <Working text={t("reader.loading")} />;
  return <PageView documentId={id} version={version} sizes={pages.data} boxes={boxes} bar={bar} />;
}

interface TextProps {
  document: DocumentText;
  place: Place | null;
  marks: Marks | null;
  above: ReactNode;
}

function Text({ document, place, marks, above }: TextProps) {
  const body = useRef<HTMLDivElement>(null);
  const cited = useMemo(() => place && { first: place.first, last: place.last }, [place]);
  useEffect(() => {
    const target = body.current?.querySelector("mark") ?? body.current?.querySelector("[data-cited]");
    target?.scrollIntoView({ block: "center" });
  }, [marks, cited]);
  return (
    <div ref={body}>
      {above}
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
