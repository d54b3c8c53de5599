/** The Reader beside an answer, or over it where there is no room: one citation at a time, next and previous by key. */
import { ChevronLeft, ChevronRight, X } from "lucide-react";
import { useEffect, useMemo, useRef, type ReactNode } from "react";

import type { Citation } from "@/api/types";
import { IconButton } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { useKeys } from "@/hooks/use-keys";
import { useMedia } from "@/hooks/use-media";
import { useT } from "@/i18n/provider";

import { idOfAttached } from "./api/get-attachment-text";
import { DocumentView, type Place } from "./document-view";
import { OriginalLink } from "./original-link";

interface ReaderPanelProps {
  citations: readonly Citation[];
  /** Number of the citation that is shown. */
  current: number;
  onCurrent: (number: number) => void;
  onClose: () => void;
  /** The link that shows this place on a page of its own. */
  pageLink: (citation: Citation) => ReactNode;
}

export function ReaderPanel(props: ReaderPanelProps) {
  const t = useT();
  const beside = useMedia("(min-width: 64rem)");
  if (beside) {
    return (
      <aside
        aria-label={t("reader.title")}
        className="sticky top-0 h-dvh w-[min(44vw,46rem)] shrink-0 animate-appear border-l border-line bg-surface print:hidden"
      >
        <Content {...props} />
      </aside>
    );
  }
  return (
    <Dialog bare place="full" title={t("reader.title")} onClose={props.onClose}>
      <Content {...props} />
    </Dialog>
  );
}

function readerId(citation: Citation): string {
  return citation.source_kind === "attachment" ? idOfAttached(citation.document_id) : citation.document_id;
}

function Content({ citations, current, onCurrent, onClose, pageLink }: ReaderPanelProps) {
  const t = useT();
  const body = useRef<HTMLDivElement>(null);
  const position = citations.findIndex(({ number }) => number === current);
  const citation = citations[position];
  const step = (by: 1 | -1) => {
    const next = citations[position + by];
    if (next) onCurrent(next.number);
  };
  useKeys(
    (key) => {
      if (key === "Escape") onClose();
      else if (key === "j" || key === "ArrowRight") step(1);
      else if (key === "k" || key === "ArrowLeft") step(-1);
      else return false;
      return true;
    },
    { insideDialogs: true },
  );
  useEffect(() => {
    const before = document.activeElement;
    body.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  const place = useMemo<Place | null>(
    () =>
      citation
        ? {
            documentId: readerId(citation),
            quote: citation.quote,
            first: citation.first_block,
            last: citation.last_block,
            version: citation.version_number,
            boxes: citation.boxes,
          }
        : null,
    [citation],
  );
  if (!citation) return null;
  return (
    <div className="flex h-full flex-col">
      <header className="shrink-0 border-b border-line py-2.5 pr-2 pl-5">
        <div className="flex items-center gap-0.5">
          <span className="figures mr-auto text-[0.8125rem] text-muted" aria-live="polite">
            {t("reader.source", { number: citation.number })}
            <span className="sr-only">, {t("reader.position", { number: position + 1, total: citations.length })}</span>
          </span>
          <IconButton label={t("reader.previous")} icon={<ChevronLeft aria-hidden />} disabled={position === 0} onClick={() => step(-1)} />
          <IconButton
            label={t("reader.next")}
            icon={<ChevronRight aria-hidden />}
            disabled={position === citations.length - 1}
            onClick={() => step(1)}
          />
          {citation.source_kind !== "attachment" && (
            <>
              <OriginalLink documentId={citation.document_id} />
              {pageLink(citation)}
            </>
          )}
          <IconButton label={t("reader.close")} icon={<X aria-hidden />} onClick={onClose} />
        </div>
        <h2 className="pr-3 leading-snug font-semibold break-words">{citation.document_title}</h2>
        {citation.headings.length > 0 && <p className="pr-3 text-[0.8125rem] break-words text-muted">{citation.headings.join(" › ")}</p>}
      </header>
      <div ref={body} tabIndex={0} role="region" aria-label={citation.document_title} className="min-h-0 grow overflow-y-auto px-6 pt-5 [--bar-paper:var(--surface)] [--bar-top:-1.25rem] pb-[30vh] outline-none focus-visible:shadow-[inset_2px_0_0_var(--accent)]">
        <DocumentView key={citation.document_id} documentId={readerId(citation)} place={place} />
      </div>
    </div>
  );
}
