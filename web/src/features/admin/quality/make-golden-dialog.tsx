import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { ErrorNote } from "@/components/ui/error-note";
import { Field, Input } from "@/components/ui/input";
import { useToasts } from "@/components/ui/toast";
import { Working } from "@/components/ui/working";
import { useT } from "@/i18n/provider";

import { useAddGoldenQuestion } from "../api/golden";
import { documentsFoundQuery } from "../api/missed";
import { SearchField } from "../parts/search-field";
import { useAdminT } from "../texts";

const MOST_SHOWN = 6;
const NONE = "";

interface MakeGoldenDialogProps {
  knowledgeBaseId: string;
  question: string;
  /** Nothing answers it, as far as is known: then that is what is proposed. */
  unanswerable: boolean;
  onClose: () => void;
}

/** A question that readers asked, with its right document found for it: all that is left is to save it. */
export function MakeGoldenDialog({ knowledgeBaseId, question, unanswerable, onClose }: MakeGoldenDialogProps) {
  const t = useT();
  const admin = useAdminT();
  const toasts = useToasts();
  const add = useAddGoldenQuestion(knowledgeBaseId);
  const [typed, setTyped] = useState(question);
  const [search, setSearch] = useState(question);
  const found = useQuery(documentsFoundQuery(knowledgeBaseId, search));
  const [chosen, setChosen] = useState<string | null>(unanswerable ? NONE : null);
  const right = chosen ?? found.data?.[0]?.filename ?? null;
  const save = () => {
    if (typed.trim() === "" || right === null || add.isPending) return;
    const body = { question: typed.trim(), filename: right || null, phrase: null, unanswerable: right === NONE };
    add.mutate(body, {
      onSuccess: () => {
        toasts.show({ text: admin("makeGolden.saved") });
        onClose();
      },
    });
  };
  return (
    <Dialog title={admin("makeGolden.button")} description={admin("makeGolden.text")} onClose={onClose}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Field label={admin("golden.question")} error={typed.trim() === "" ? admin("golden.questionMissing") : null}>
          {(control) => <Input {...control} value={typed} maxLength={4000} onChange={(event) => setTyped(event.target.value)} />}
        </Field>
        <SearchField label={admin("makeGolden.search")} value={search} onChange={setSearch} />
        <fieldset className="space-y-1">
          <legend className="mb-1.5 text-sm font-medium">{admin("makeGolden.documents")}</legend>
          {found.isFetching && <Working text={admin("makeGolden.searching")} />}
          {found.error && <ErrorNote error={found.error} onRetry={() => void found.refetch()} />}
          {found.data?.length === 0 && <p className="text-sm text-muted">{admin("makeGolden.nothing")}</p>}
          {found.data?.slice(0, MOST_SHOWN).map(({ filename, title }) => (
            <Choice key={filename} label={title} detail={filename} checked={right === filename} onChoose={() => setChosen(filename)} />
          ))}
          <Choice label={admin("makeGolden.refused")} checked={right === NONE} onChoose={() => setChosen(NONE)} />
        </fieldset>
        {add.error && <ErrorNote error={add.error} />}
        <DialogActions>
          <Button look="quiet" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" look="primary" busy={add.isPending}>
            {admin("makeGolden.save")}
          </Button>
        </DialogActions>
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
