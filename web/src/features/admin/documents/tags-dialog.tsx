import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";

import { Dialog } from "@/components/ui/dialog";
import { DialogSubmit } from "@/components/ui/dialog-submit";
import { Checkbox, Field, Input } from "@/components/ui/input";
import { useToasts } from "@/components/ui/toast";
import { useT } from "@/i18n/provider";

import type { AdminDocument } from "../api/shapes";
import { tagsQuery, useChangeTags } from "../api/tags";
import { useAdminT } from "../texts";
import { sharedTags, typedTags } from "./tag-changes";

interface TagsDialogProps {
  knowledgeBaseId: string;
  documents: readonly AdminDocument[];
  onClose: () => void;
}

/** Gives tags to one document or many, and takes them. */
export function TagsDialog({ knowledgeBaseId, documents, onClose }: TagsDialogProps) {
  const t = useT();
  const admin = useAdminT();
  const toasts = useToasts();
  const list = useId();
  const known = useQuery(tagsQuery(knowledgeBaseId)).data ?? [];
  const change = useChangeTags(knowledgeBaseId);
  const [typed, setTyped] = useState("");
  const [removed, setRemoved] = useState<readonly string[]>([]);
  const there = sharedTags(documents);
  const add = typedTags(typed);
  const [first] = documents;
  const one = documents.length === 1;
  const save = () =>
    change.mutate(
      { document_ids: documents.map(({ id }) => id), add, remove: [...removed] },
      { onSuccess: onClose, onError: toasts.showError },
    );
  return (
    <Dialog
      title={one && first ? admin("tags.one", { name: first.title }) : admin("tags.many", { count: documents.length })}
      description={admin("tags.text")}
      onClose={onClose}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!change.isPending) save();
        }}
      >
        <Field label={admin("tags.add")} hint={admin("tags.addHint")}>
          {(control) => (
            <Input {...control} list={list} value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" />
          )}
        </Field>
        <datalist id={list}>
          {known.map((tag) => (
            <option key={tag} value={[...add.slice(0, -1), tag].join(", ")} />
          ))}
        </datalist>
        {there.length > 0 && (
          <fieldset className="mt-4">
            <legend className="mb-1.5 text-sm font-medium">{admin("tags.there")}</legend>
            {there.map(({ tag, count }) => (
              <Checkbox
                key={tag}
                checked={!removed.includes(tag)}
                onChange={(event) => setRemoved(event.target.checked ? removed.filter((other) => other !== tag) : [...removed, tag])}
                label={
                  <>
                    {tag}
                    {!one && <span className="text-faint"> · {admin("tags.on", { count })}</span>}
                  </>
                }
              />
            ))}
          </fieldset>
        )}
        <DialogSubmit submit={t("common.save")} busy={change.isPending} disabled={add.length === 0 && removed.length === 0} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
