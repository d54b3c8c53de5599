import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorNote } from "@/components/ui/error-note";
import { Field, Input, Select } from "@/components/ui/input";
import { Working } from "@/components/ui/working";

import { explainedQuery } from "../api/explain";
import { knowledgeBasesQuery } from "../api/get-knowledge-bases";
import type { Explained } from "../api/shapes";
import { AdminPage } from "../parts/admin-page";
import { useAdminT } from "../texts";
import { ConfidenceParts } from "./confidence-parts";
import { ContextGiven } from "./context-given";
import { Decision } from "./decision";
import { SearchStage } from "./search-stage";
import { CheckedSentences } from "./checked-sentences";
import { Times } from "./times";

interface WhyPageProps {
  /** "" when none was asked yet. */
  question: string;
  /** null: all of them. */
  knowledgeBaseId: string | null;
  /** Whose files are searched too; null: none's. */
  conversationId: string | null;
  onAsk: (question: string, knowledgeBaseId: string | null) => void;
}

/** A question replayed stage by stage. */
export function WhyPage({ question, knowledgeBaseId, conversationId, onAsk }: WhyPageProps) {
  const t = useAdminT();
  const explained = useQuery(explainedQuery(question, knowledgeBaseId, conversationId));
  return (
    <AdminPage title={t("why.title")} lead={t("why.lead")}>
      <Form
        question={question}
        knowledgeBaseId={knowledgeBaseId}
        busy={explained.isFetching}
        onAsk={(typed, chosen) => {
          if (typed === question && chosen === knowledgeBaseId) void explained.refetch();
          else onAsk(typed, chosen);
        }}
      />
      {question === "" && <EmptyState title={t("why.none")} next={t("why.noneNext")} />}
      {explained.isFetching && <Working text={t("why.working")} />}
      {explained.error && !explained.isFetching && <ErrorNote error={explained.error} onRetry={() => void explained.refetch()} />}
      {explained.data && !explained.isFetching && <Stages explained={explained.data} />}
    </AdminPage>
  );
}

interface FormProps extends Pick<WhyPageProps, "question" | "knowledgeBaseId" | "onAsk"> {
  busy: boolean;
}

function Form({ question, knowledgeBaseId, busy, onAsk }: FormProps) {
  const t = useAdminT();
  const { data } = useQuery(knowledgeBasesQuery);
  const [typed, setTyped] = useState(question);
  const [chosen, setChosen] = useState(knowledgeBaseId);
  return (
    <form
      className="mb-6 grid gap-x-3 gap-y-4 sm:grid-cols-[minmax(0,1fr)_minmax(0,14rem)_auto] sm:items-end"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed.trim() !== "" && !busy) onAsk(typed.trim(), chosen);
      }}
    >
      <Field label={t("why.question")}>
        {(control) => <Input {...control} value={typed} maxLength={4000} onChange={(event) => setTyped(event.target.value)} />}
      </Field>
      <Field label={t("why.where")}>
        {(control) => (
          <Select {...control} value={chosen ?? ""} onChange={(event) => setChosen(event.target.value || null)}>
            <option value="">{t("why.everywhere")}</option>
            {data?.map((each) => (
              <option key={each.id} value={each.id}>
                {each.name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Button type="submit" look="primary" busy={busy}>
        {t("why.replay")}
      </Button>
    </form>
  );
}

function Stages({ explained }: { explained: Explained }) {
  const t = useAdminT();
  const { answer, searches, files } = explained;
  return (
    <div className="space-y-10">
      {files && (
        <p className="text-sm text-muted">
          {files.length > 0 ? t("why.files", { names: files.join(", ") }) : t("why.filesGone")}
        </p>
      )}
      {searches.map((search, index) => (
        <SearchStage key={index} search={search} number={index + 1} of={searches.length} />
      ))}
      <ContextGiven context={answer.context} />
      <Decision decision={explained.decision} outcome={answer.outcome} />
      <CheckedSentences answer={answer} drafted={explained.drafted} />
      <ConfidenceParts confidence={answer.confidence} />
      <Times explained={explained} />
    </div>
  );
}
