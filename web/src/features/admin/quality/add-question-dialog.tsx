import { useState } from "react";

import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { ErrorNote } from "@/components/ui/error-note";
import { Checkbox, Field, Input, TextArea } from "@/components/ui/input";
import { useT } from "@/i18n/provider";

import { useAddGoldenQuestion } from "../api/golden";
import { useAdminT } from "../texts";

export function AddQuestionDialog({ knowledgeBaseId, onClose }: { knowledgeBaseId: string; onClose: () => void }) {
  const t = useT();
  const admin = useAdminT();
  const add = useAddGoldenQuestion(knowledgeBaseId);
  const [draft, setDraft] = useState({ question: "", filename: "", phrase: "", unanswerable: false });
  const [asked, setAsked] = useState(false);
  const set = (change: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...change }));
  const question = draft.question.trim();
  const { unanswerable } = draft;
  const filename = unanswerable ? null : draft.filename.trim() || null;
  const phrase = unanswerable ? null : draft.phrase.trim() || null;
  const placed = unanswerable || filename !== null || phrase !== null;
  return (
    <Dialog title={admin("golden.addTitle")} description={admin("golden.addText")} onClose={onClose}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(true);
          const complete = question !== "" && placed;
          if (complete && !add.isPending) add.mutate({ question, filename, phrase, unanswerable }, { onSuccess: onClose });
        }}
      >
        <Field label={admin("golden.question")} error={asked && question === "" ? admin("golden.questionMissing") : null}>
          {(control) => <Input {...control} value={draft.question} maxLength={4000} onChange={(event) => set({ question: event.target.value })} />}
        </Field>
        {!unanswerable && (
          <>
            <Field label={admin("golden.filename")} hint={admin("golden.filenameHint")}>
              {(control) => (
                <Input {...control} value={draft.filename} maxLength={255} spellCheck={false} onChange={(event) => set({ filename: event.target.value })} />
              )}
            </Field>
            <Field label={admin("golden.phrase")} hint={admin("golden.phraseHint")} error={asked && !placed ? admin("golden.expectedMissing") : null}>
              {(control) => (
                <TextArea {...control} value={draft.phrase} maxLength={1000} rows={2} className="min-h-16" onChange={(event) => set({ phrase: event.target.value })} />
              )}
            </Field>
          </>
        )}
        <Checkbox
          label={admin("golden.mustRefuse")}
          hint={admin("golden.mustRefuseHint")}
          checked={unanswerable}
          onChange={(event) => set({ unanswerable: event.target.checked })}
        />
        {add.error && <ErrorNote error={add.error} />}
        <DialogActions>
          <Button look="quiet" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" look="primary" busy={add.isPending}>
            {admin("golden.add")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
