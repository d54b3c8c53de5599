import { useState } from "react";

import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { ErrorNote } from "@/components/ui/error-note";
import { Field, Input } from "@/components/ui/input";
import { useT } from "@/i18n/provider";

import { useTakeSnapshot } from "../api/snapshots";
import { useAdminT } from "../texts";

export function TakeSnapshotDialog({ knowledgeBaseId, onClose }: { knowledgeBaseId: string; onClose: () => void }) {
  const t = useT();
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
        {take.error && (
          <div className="mt-4">
            <ErrorNote error={take.error} />
          </div>
        )}
        <DialogActions>
          <Button look="quiet" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" look="primary" busy={take.isPending}>
            {admin("snapshots.take")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
