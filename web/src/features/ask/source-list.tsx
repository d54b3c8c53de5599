import type { Citation } from "@/api/types";
import { quoteText } from "@/components/quote-text";
import { cn } from "@/components/ui/class-names";
import { useFormats, useT } from "@/i18n/provider";

import { usePlaceWords } from "./place-words";
import { placeOf } from "./prose";
import type { Lit } from "./sentence-marks";

interface SourceListProps {
  citations: readonly Citation[];
  /** The one that the Reader shows. */
  current: number | null;
  lit: Lit | null;
  onLit: (lit: Lit | null) => void;
  onOpen: (number: number) => void;
}

/** The sources in the order of their numbers; the whole entry opens the place in its document. */
export function SourceList({ citations, current, lit, onLit, onOpen }: SourceListProps) {
  return (
    <ol className="space-y-1">
      {citations.map((citation) => {
        const light = () => onLit({ by: "source", numbers: [citation.number] });
        const isLit = lit?.by === "sentence" && lit.numbers.includes(citation.number);
        return (
          <li
            key={citation.number}
            onMouseEnter={light}
            onMouseLeave={() => onLit(null)}
            onFocus={light}
            onBlur={() => onLit(null)}
            className={cn(
              "relative -mx-3 rounded-lg px-3 py-2.5 transition-colors hover:bg-sunken print:break-inside-avoid",
              (isLit || citation.number === current) && "bg-accent-soft hover:bg-accent-soft",
            )}
          >
            <Source citation={citation} isCurrent={citation.number === current} onOpen={onOpen} />
          </li>
        );
      })}
    </ol>
  );
}

function Source({ citation, isCurrent, onOpen }: { citation: Citation; isCurrent: boolean; onOpen: (number: number) => void }) {
  const t = useT();
  const formats = useFormats();
  const within = placeOf(citation, usePlaceWords());
  const place = citation.source_kind === "attachment" ? [t("files.yours"), within].filter(Boolean).join(" · ") : within;
  return (
    <div className="flex gap-3 text-sm leading-snug">
      <span className="figures w-4 shrink-0 text-right font-semibold text-accent">{citation.number}</span>
      <div className="min-w-0 grow">
        <button
          type="button"
          aria-current={isCurrent || undefined}
          onClick={() => onOpen(citation.number)}
          className="text-left font-medium break-words after:absolute after:inset-0 after:rounded-lg focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent"
        >
          {citation.document_title}
        </button>
        {place && <p className="mt-0.5 text-[0.8125rem] break-words text-muted">{place}</p>}
        <p className="mt-1.5 line-clamp-4 font-source leading-relaxed break-words whitespace-pre-line text-muted print:line-clamp-none">{quoteText(citation.quote)}</p>
        <p className="mt-1 text-xs text-faint">{t("sources.updated", { date: formats.date(citation.updated_at) })}</p>
      </div>
    </div>
  );
}
