import { useState, type ReactNode } from "react";

import { ApiError } from "@/api/errors";
import { Button } from "@/components/ui/button";
import { DialogActions } from "@/components/ui/dialog";
import { ErrorNote } from "@/components/ui/error-note";
import { Field, Input, TextArea } from "@/components/ui/input";

import { useSaveKnowledgeBase } from "../api/save-knowledge-base";
import type { AdminKnowledgeBase, KnowledgeBaseIn } from "../api/shapes";
import { ReadersField } from "../parts/readers-field";
import { useAdminT } from "../texts";

interface KnowledgeBaseFormProps {
  /** null: a new one. */
  knowledgeBase: AdminKnowledgeBase | null;
  submit: string;
  onSaved: (saved: AdminKnowledgeBase) => void;
  /** Of a form in a dialog: stands before its button. */
  cancel?: ReactNode;
}

interface Draft {
  name: string;
  description: string;
  maintainer: string;
  readers: readonly string[];
  questions: string;
}

function draftOf(knowledgeBase: AdminKnowledgeBase | null): Draft {
  return {
    name: knowledgeBase?.name ?? "",
    description: knowledgeBase?.description ?? "",
    maintainer: knowledgeBase?.maintainer ?? "",
    readers: knowledgeBase?.readers.map(({ id }) => id) ?? [],
    questions: knowledgeBase?.suggested_questions.join("\n") ?? "",
  };
}

function bodyOf(draft: Draft): KnowledgeBaseIn {
  return {
    name: draft.name.trim(),
    description: draft.description.trim(),
    maintainer: draft.maintainer.trim(),
    suggested_questions: draft.questions.split("\n").map((line) => line.trim()).filter(Boolean),
    reader_group_ids: [...draft.readers],
  };
}

export function KnowledgeBaseForm({ knowledgeBase, submit, onSaved, cancel }: KnowledgeBaseFormProps) {
  const t = useAdminT();
  const save = useSaveKnowledgeBase(knowledgeBase?.id ?? null);
  const [draft, setDraft] = useState(() => draftOf(knowledgeBase));
  const [asked, setAsked] = useState(false);
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }));
  const missing = asked && draft.name.trim() === "";
  const taken = save.error instanceof ApiError && save.error.code === "conflict" ? t("form.taken") : null;
  const button = (
    <Button type="submit" look="primary" busy={save.isPending}>
      {submit}
    </Button>
  );
  return (
    <form
      className="space-y-5"
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (draft.name.trim() !== "" && !save.isPending) save.mutate(bodyOf(draft), { onSuccess: onSaved });
      }}
    >
      <Field label={t("kb.name")} error={missing ? t("kb.nameMissing") : taken}>
        {(control) => <Input {...control} value={draft.name} maxLength={120} onChange={(event) => set({ name: event.target.value })} />}
      </Field>
      <Field label={t("kb.description")} hint={t("kb.descriptionHint")}>
        {(control) => (
          <TextArea {...control} value={draft.description} maxLength={2000} rows={2} onChange={(event) => set({ description: event.target.value })} />
        )}
      </Field>
      <Field label={t("kb.maintainer")} hint={t("kb.maintainerHint")}>
        {(control) => <Input {...control} value={draft.maintainer} maxLength={200} onChange={(event) => set({ maintainer: event.target.value })} />}
      </Field>
      <ReadersField
        chosen={draft.readers}
        nobody={t("kb.readersNone")}
        hint={t("kb.readersHint")}
        onChoose={(readers) => set({ readers })}
      />
      <Field label={t("kb.questions")} hint={t("kb.questionsHint")}>
        {(control) => <TextArea {...control} value={draft.questions} rows={3} onChange={(event) => set({ questions: event.target.value })} />}
      </Field>
      {save.error && !taken && <ErrorNote error={save.error} />}
      {cancel ? (
        <DialogActions>
          {cancel}
          {button}
        </DialogActions>
      ) : (
        <div className="flex justify-end pt-1">{button}</div>
      )}
    </form>
  );
}
