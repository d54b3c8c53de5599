import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Dialog } from "@/components/ui/dialog";
import { DialogSubmit } from "@/components/ui/dialog-submit";
import { ErrorNote } from "@/components/ui/error-note";
import { Field, Input, TextArea } from "@/components/ui/input";
import { useToasts } from "@/components/ui/toast";
import { Working } from "@/components/ui/working";

import { useAddGoldenQuestion } from "../api/golden";
import { documentsFoundQuery } from "../api/missed";
import { SearchField } from "../parts/search-field";
import { useAdminT } from "../texts";

const MOST_SHOWN = 6;

/** What must be found: the first document that the question finds, one by its file name, any with the phrase, or nothing. */
export type Right = { is: "first" | "any" | "none" } | { is: "document"; filename: string };

interface GoldenQuestionDialogProps {
  knowledgeBaseId: string;
  /** What readers asked; empty when somebody types a question of their own. */
  question?: string;
  /** What is proposed. */
  right: Right;
  onClose: () => void;
}

/** A question and what it must find. For one that readers asked all is filled in: what is left is to add it. */
export function GoldenQuestionDialog({ knowledgeBaseId, question: asked = "", right: proposed, onClose }: GoldenQuestionDialogProps) {
  const admin = useAdminT();
  const toasts = useToasts();
  const add = useAddGoldenQuestion(knowledgeBaseId);
  const [typed, setTyped] = useState(asked);
  const [search, setSearch] = useState(asked);
  const [phrase, setPhrase] = useState("");
  const [chosen, setChosen] = useState(proposed);
  const [tried, setTried] = useState(false);
  const found = useQuery(documentsFoundQuery(knowledgeBaseId, search));
  const [best] = found.data ?? [];
  const right: Right = chosen.is === "first" && best ? { is: "document", filename: best.filename } : chosen;
  const question = typed.trim();
  const words = right.is === "none" ? "" : phrase.trim();
  const placed = right.is === "document" || right.is === "none" || words !== "";
  const save = () => {
    setTried(true);
    if (question === "" || !placed || add.isPending) return;
    const body = { question, filename: right.is === "document" ? right.filename : null, phrase: words || null, unanswerable: right.is === "none" };
    add.mutate(body, {
      onSuccess: () => {
        toasts.show({ text: admin("golden.added") });
        onClose();
      },
    });
  };
  return (
    <Dialog title={admin("golden.addTitle")} description={admin("golden.addText")} onClose={onClose}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Field label={admin("golden.question")} error={tried && question === "" ? admin("golden.questionMissing") : null}>
          {(control) => (
            <Input
              {...control}
              value={typed}
              maxLength={4000}
              onChange={(event) => setTyped(event.target.value)}
              onBlur={() => setSearch((before) => before || question)}
            />
          )}
        </Field>
        <fieldset className="space-y-1">
          <legend className="mb-1.5 text-sm font-medium">{admin("golden.right")}</legend>
          <SearchField label={admin("golden.search")} value={search} onChange={setSearch} className="mb-2" />
          {found.isFetching && <Working text={admin("golden.searching")} />}
          {found.error && <ErrorNote error={found.error} onRetry={() => void found.refetch()} />}
          {found.data?.length === 0 && <p className="text-sm text-muted">{admin("golden.nothing")}</p>}
          {found.data?.slice(0, MOST_SHOWN).map(({ filename, title }) => (
            <Choice
              key={filename}
              label={title}
              detail={filename}
              checked={right.is === "document" && right.filename === filename}
              onChoose={() => setChosen({ is: "document", filename })}
            />
          ))}
          <Choice label={admin("golden.any")} checked={right.is === "any"} onChoose={() => setChosen({ is: "any" })} />
          <Choice label={admin("golden.refused")} checked={right.is === "none"} onChoose={() => setChosen({ is: "none" })} />
        </fieldset>
        {right.is !== "none" && (
          <Field label={admin("golden.phrase")} hint={admin("golden.phraseHint")} error={tried && !placed ? admin("golden.expectedMissing") : null}>
            {(control) => <TextArea {...control} value={phrase} maxLength={1000} rows={2} className="min-h-16" onChange={(event) => setPhrase(event.target.value)} />}
          </Field>
        )}
        <DialogSubmit submit={admin("golden.add")} busy={add.isPending} error={add.error} onCancel={onClose} />
      </form>
    </Dialog>
  );
}

interface ChoiceProps {
  label: string;
  detail?: string;
  checked: boolean;
  onChoose: () => void;
}

function Choice({ label, detail, checked, onChoose }: ChoiceProps) {
  return (
    <label className="flex min-h-8 cursor-pointer items-start gap-2.5 rounded-md px-2 py-1.5 text-sm hover:bg-sunken has-checked:bg-accent-soft">
      <input type="radio" name="right-document" checked={checked} onChange={onChoose} className="mt-[0.2em] size-4 shrink-0 accent-accent" />
      <span className="min-w-0 [overflow-wrap:anywhere]">
        {label}
        {detail && detail !== label && <span className="block font-mono text-xs text-faint">{detail}</span>}
      </span>
    </label>
  );
}
