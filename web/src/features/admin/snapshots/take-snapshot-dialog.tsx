import { useState } from "react";

import { Dialog } from "@/components/ui/dialog";
import { DialogSubmit } from "@/components/ui/dialog-submit";
import { Field, Input } from "@/components/ui/input";

import { useTakeSnapshot } from "../api/snapshots";
import { useAdminT } from "../texts";

export function TakeSnapshotDialog({ knowledgeBaseId, onClose }: { knowledgeBaseId: string; onClose: () => void }) {
  const admin = useAdminT();
  const take = useTakeSnapshot(knowledgeBaseId);
  const [name, setName] = useState("");
  const [asked, setAsked] = useState(false);
  return (
    <Dialog title={admin("snapshots.takeTitle")} description={admin("snapshots.takeText")} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(true);
          if (name.trim() !== "" && !take.isPending) take.mutate(name.trim(), { onSuccess: onClose });
        }}
      >
        <Field label={admin("snapshots.name")} hint={admin("snapshots.nameHint")} error={asked && name.trim() === "" ? admin("snapshots.nameMissing") : null}>
          {(control) => <Input {...control} value={name} maxLength={120} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <DialogSubmit submit={admin("snapshots.take")} busy={take.isPending} error={take.error} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
