import { Link } from "@tanstack/react-router";

import type { Answer, Citation, Sentence } from "@/api/types";
import { quoteText } from "@/components/quote-text";
import { Badge, type Tone } from "@/components/ui/badge";
import { doubtIn } from "@/i18n/doubt";
import { useT } from "@/i18n/provider";

import { useAdminT } from "../texts";
import { StageSection } from "./stage";

const TONES: Record<Sentence["verdict"], Tone> = { supported: "ok", weak: "warn", unsupported: "danger", withheld: "danger" };

interface CheckedSentencesProps {
  answer: Answer;
  /** What the model wrote before quotes or a refusal took its place. */
  drafted: readonly Sentence[];
}

/** Each sentence of the answer with its verdict, why, and the lines that it rests on. */
export function CheckedSentences({ answer, drafted }: CheckedSentencesProps) {
  const t = useAdminT();
  return (
    <StageSection title={t("why.sentences")}>
      {answer.sentences.length === 0 && <p className="text-sm text-muted">{t("why.noSentences")}</p>}
      <Sentences sentences={answer.sentences} citations={answer.citations} />
      {drafted.length > 0 && (
        <>
          <h3 className="mt-5 mb-2 text-sm text-muted">{t("why.drafted")}</h3>
          <Sentences sentences={drafted} citations={[]} />
        </>
      )}
    </StageSection>
  );
}

function Sentences({ sentences, citations }: { sentences: readonly Sentence[]; citations: readonly Citation[] }) {
  const t = useT();
  const admin = useAdminT();
  return (
    <ol className="space-y-4">
      {sentences.map((sentence, index) => (
        <li key={index} className="grid gap-x-4 gap-y-1.5 sm:grid-cols-[7rem_minmax(0,1fr)]">
          <div className="flex flex-wrap items-start gap-1.5">
            <Badge tone={TONES[sentence.verdict]}>{admin(`whyVerdict.${sentence.verdict}`)}</Badge>
            {sentence.is_quote && <Badge>{admin("why.verbatim")}</Badge>}
          </div>
          <div className="min-w-0 text-sm">
            <p className="[overflow-wrap:anywhere]">{quoteText(sentence.text) || <span className="text-faint">{admin("why.withheldText")}</span>}</p>
            {sentence.reason && <p className="text-muted">{doubtIn(sentence.reason, t)}</p>}
            {citations
              .filter(({ number }) => sentence.citations.includes(number))
              .map((citation) => (
                <Cited key={citation.number} citation={citation} />
              ))}
          </div>
        </li>
      ))}
    </ol>
  );
}

function Cited({ citation }: { citation: Citation }) {
  const t = useT();
  const admin = useAdminT();
  const lines = linesOf(citation, admin);
  const place = [citation.document_title, citation.page !== null && t("sources.page", { page: citation.page }), lines].filter(Boolean).join(" · ");
  return (
    <p className="mt-1.5 border-l-2 border-line pl-3 text-[0.8125rem]">
      <Link
        to="/documents/$documentId"
        params={{ documentId: citation.document_id }}
        search={{ block: citation.first_block, to: citation.last_block, quote: citation.quote }}
        className="text-accent hover:underline [overflow-wrap:anywhere]"
      >
        [{citation.number}] {place}
      </Link>
      <span className="block font-source whitespace-pre-line text-muted [overflow-wrap:anywhere]">{quoteText(citation.quote)}</span>
    </p>
  );
}

function linesOf({ first_line, last_line }: Citation, t: ReturnType<typeof useAdminT>): string | null {
  if (first_line === null || last_line === null) return null;
  return first_line === last_line ? t("why.line", { line: first_line }) : t("why.lines", { from: first_line, to: last_line });
}
