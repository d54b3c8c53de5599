import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";

import { ApiError } from "@/api/errors";
import { Button } from "@/components/ui/button";
import { ErrorNote } from "@/components/ui/error-note";
import { Checkbox, Field, Input, TextArea } from "@/components/ui/input";

import { groupsQuery } from "../api/get-groups";
import { useSaveKnowledgeBase } from "../api/save-knowledge-base";
import type { AdminKnowledgeBase, KnowledgeBaseIn } from "../api/shapes";
import { useAdminT } from "../texts";

interface KnowledgeBaseFormProps {
  /** null: a new one. */
  knowledgeBase: AdminKnowledgeBase | null;
  submit: string;
  onSaved: (saved: AdminKnowledgeBase) => void;
  /** Shown before the button, e.g. Cancel. */
  aside?: ReactNode;
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

export function KnowledgeBaseForm({ knowledgeBase, submit, onSaved, aside }: KnowledgeBaseFormProps) {
  const t = useAdminT();
  const save = useSaveKnowledgeBase(knowledgeBase?.id ?? null);
  const [draft, setDraft] = useState(() => draftOf(knowledgeBase));
  const [asked, setAsked] = useState(false);
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }));
  const missing = asked && draft.name.trim() === "";
  const taken = save.error instanceof ApiError && save.error.code === "conflict" ? save.error.message : null;
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
      <Readers chosen={draft.readers} onChoose={(readers) => set({ readers })} />
      <Field label={t("kb.questions")} hint={t("kb.questionsHint")}>
        {(control) => <TextArea {...control} value={draft.questions} rows={3} onChange={(event) => set({ questions: event.target.value })} />}
      </Field>
      {save.error && !taken && <ErrorNote error={save.error} />}
      <div className="flex flex-wrap justify-end gap-2 pt-1">
        {aside}
        <Button type="submit" look="primary" busy={save.isPending}>
          {submit}
        </Button>
      </div>
    </form>
  );
}

function Readers({ chosen, onChoose }: { chosen: readonly string[]; onChoose: (readers: string[]) => void }) {
  const t = useAdminT();
  const groups = useQuery(groupsQuery);
  const everyone = groups.data?.find((group) => group.built_in);
  const forAll = everyone !== undefined && chosen.includes(everyone.id);
  const toggle = (id: string, on: boolean) => onChoose(on ? [...chosen, id] : chosen.filter((each) => each !== id));
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium">{t("kb.readers")}</legend>
      {groups.error && <ErrorNote error={groups.error} onRetry={() => void groups.refetch()} />}
      <div className="space-y-2 rounded-md border border-line px-3 py-2.5">
        {groups.data?.map((group) => (
          <Checkbox
            key={group.id}
            label={group.built_in ? t("groups.everyone") : group.name}
            hint={group.built_in ? t("groups.everyoneHint") : t("groups.members", { count: group.members })}
            checked={chosen.includes(group.id) || forAll}
            disabled={forAll && !group.built_in}
            onChange={(event) => toggle(group.id, event.target.checked)}
          />
        ))}
      </div>
      <p className="mt-1.5 text-sm text-faint">{chosen.length === 0 ? t("kb.readersNone") : t("kb.readersHint")}</p>
    </fieldset>
  );
}
