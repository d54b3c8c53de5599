import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { passageText } from "@/components/quote-text";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Cell, HeadCell, Row, SortCell, Table, TableBody, TableHead } from "@/components/ui/table";
import { useFormats } from "@/i18n/provider";

import type { TracedPassage } from "../api/shapes";
import { useAdminT } from "../texts";
import { byStage, moved, type StageRank } from "./by-stage";

const FIRST_SHOWN = 10;
const STAGES = [
  { rank: "bm25", score: "bm25", text: "why.keywords", digits: 1 },
  { rank: "dense", score: "dense", text: "why.meaning", digits: 3 },
  { rank: "fused", score: "fused", text: "why.fused", digits: 4 },
  { rank: "final", score: "rerank", text: "why.final", digits: 3 },
] as const;

/** Every passage with its score and rank at each stage; a column's head orders by that stage. */
export function PassagesTable({ passages }: { passages: readonly TracedPassage[] }) {
  const t = useAdminT();
  const [stage, setStage] = useState<StageRank>("final");
  const [all, setAll] = useState(false);
  const ordered = byStage(passages, stage);
  const shown = all ? ordered : ordered.slice(0, FIRST_SHOWN);
  return (
    <>
      <Table label={t("why.passages")}>
        <TableHead>
          <HeadCell className="pl-4">{t("why.passage")}</HeadCell>
          {STAGES.map(({ rank, text }) => (
            <SortCell key={rank} direction={stage === rank ? "ascending" : null} onSort={() => setStage(rank)} className="text-right">
              {t(text)}
            </SortCell>
          ))}
          <HeadCell>{t("why.fate")}</HeadCell>
        </TableHead>
        <TableBody>
          {shown.map((traced) => (
            <PassageRow key={traced.passage.chunk_id} traced={traced} />
          ))}
        </TableBody>
      </Table>
      {!all && passages.length > FIRST_SHOWN && (
        <Button size="small" className="mt-3" onClick={() => setAll(true)}>
          {t("why.showAll", { count: passages.length })}
        </Button>
      )}
    </>
  );
}

function PassageRow({ traced }: { traced: TracedPassage }) {
  const t = useAdminT();
  const { passage, terms } = traced;
  const place = [passage.document_title, ...passage.headings].join(" › ");
  return (
    <Row>
      <Cell className="min-w-52 pl-4 align-top sm:min-w-72">
        <Link
          to="/documents/$documentId"
          params={{ documentId: passage.document_id }}
          search={{ block: passage.first_block, to: passage.last_block }}
          className="font-medium text-accent hover:underline [overflow-wrap:anywhere]"
        >
          {place}
        </Link>
        <details className="mt-0.5">
          <summary className="line-clamp-2 cursor-pointer text-[0.8125rem] text-muted [overflow-wrap:anywhere]">{passageText(passage.text)}</summary>
          <p className="mt-1 border-l border-line pl-3 text-[0.8125rem] whitespace-pre-line text-muted [overflow-wrap:anywhere]">{passageText(passage.text)}</p>
        </details>
        <p className="mt-1 text-xs text-faint [overflow-wrap:anywhere]">
          {terms.length > 0 ? t("why.hits", { terms: terms.join(", ") }) : t("why.noHits")}
        </p>
      </Cell>
      {STAGES.map((stage) => (
        <Place key={stage.rank} traced={traced} stage={stage} />
      ))}
      <Cell className="align-top">
        <Fate traced={traced} />
      </Cell>
    </Row>
  );
}

function Place({ traced, stage }: { traced: TracedPassage; stage: (typeof STAGES)[number] }) {
  const formats = useFormats();
  const score = traced.passage.scores[stage.score];
  const rank = traced.ranks[stage.rank];
  return (
    <Cell className="figures text-right align-top whitespace-nowrap">
      {rank === null ? (
        <span className="text-faint">–</span>
      ) : (
        <>
          <span className="block font-medium">
            {formats.number(rank)}
            {stage.rank === "final" && <Moved by={moved(traced)} />}
          </span>
          <span className="block text-xs text-muted">{score === null ? "–" : formats.number(score, stage.digits)}</span>
        </>
      )}
    </Cell>
  );
}

function Moved({ by }: { by: number }) {
  const t = useAdminT();
  if (by === 0) return null;
  return (
    <span className={by > 0 ? "ml-1 text-ok" : "ml-1 text-danger"}>
      <span aria-hidden>{by > 0 ? "▲" : "▼"}</span>
      <span className="sr-only">{t(by > 0 ? "why.up" : "why.down", { count: Math.abs(by) })}</span>
    </span>
  );
}

function Fate({ traced }: { traced: TracedPassage }) {
  const t = useAdminT();
  if (traced.cited.length > 0) return <Badge tone="ok">{t("why.cited", { numbers: traced.cited.join(", ") })}</Badge>;
  if (traced.given) return <Badge tone="accent">{t("why.given")}</Badge>;
  return <Badge>{t(traced.read ? "why.read" : "why.left")}</Badge>;
}
