import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Maximize2 } from "lucide-react";
import { lazy, Suspense } from "react";

import type { Citation } from "@/api/types";
import { buttonLook } from "@/components/ui/button";
import { Tooltip } from "@/components/ui/tooltip";
import { ConversationPage, type OpenSource } from "@/features/ask/conversation-page";
import { useT } from "@/i18n/provider";

// The Reader comes when the first citation is opened.
const ReaderPanel = lazy(async () => ({ default: (await import("@/features/reader/reader-panel")).ReaderPanel }));

export function ConversationRoute() {
  const t = useT();
  const navigate = useNavigate();
  const { conversationId } = useParams({ from: "/signed-in/asking/c/$conversationId" });
  const { turn, source, ...filters } = useSearch({ from: "/signed-in/asking/c/$conversationId" });
  const open: OpenSource | null = turn !== undefined && source !== undefined ? { turn, source } : null;
  const go = (next: OpenSource | null) =>
    void navigate({
      to: "/c/$conversationId",
      params: { conversationId },
      search: { ...filters, ...next },
      // Opening is a step that "back" takes back; going on to the next citation is not.
      replace: open !== null && next !== null,
      resetScroll: false,
    });
  return (
    <ConversationPage
      conversationId={conversationId}
      filters={filters}
      onFilters={(wanted) =>
        void navigate({
          to: "/c/$conversationId",
          params: { conversationId },
          search: { ...wanted, turn, source },
          replace: true,
          resetScroll: false,
        })
      }
      open={open}
      onOpen={go}
      reader={(citations, shown) => (
        <Suspense>
          <ReaderPanel
            citations={citations}
            current={shown.source}
            onCurrent={(number) => go({ turn: shown.turn, source: number })}
            onClose={() => go(null)}
            pageLink={(citation) => <PageLink citation={citation} />}
          />
        </Suspense>
      )}
      home={
        <Link to="/" className={buttonLook("primary")}>
          {t("app.home")}
        </Link>
      }
    />
  );
}

function PageLink({ citation }: { citation: Citation }) {
  const t = useT();
  return (
    <Tooltip text={t("reader.openPage")}>
      <Link
        to="/documents/$documentId"
        params={{ documentId: citation.document_id }}
        search={{ block: citation.first_block, to: citation.last_block, quote: citation.quote }}
        aria-label={t("reader.openPage")}
        className="inline-flex size-8 items-center justify-center rounded-md text-muted hover:bg-sunken hover:text-ink [&_svg]:size-4"
      >
        <Maximize2 aria-hidden />
      </Link>
    </Tooltip>
  );
}
