import { useState } from "react";

import { ApiError } from "@/api/errors";
import { Dialog } from "@/components/ui/dialog";
import { DialogSubmit } from "@/components/ui/dialog-submit";
import { Field, Input } from "@/components/ui/input";
import { useT } from "@/i18n/provider";

import { useSaveGroup } from "../api/change-groups";
import type { Group } from "../api/shapes";
import { useAdminT } from "../texts";

/** Names a group: a new one, or one that is there. */
export function GroupDialog({ group, onClose }: { group: Group | null; onClose: () => void }) {
  const t = useT();
  const admin = useAdminT();
  const save = useSaveGroup(group?.id ?? null);
  const [name, setName] = useState(group?.name ?? "");
  const [asked, setAsked] = useState(false);
  const missing = asked && name.trim() === "" ? admin("groups.nameMissing") : null;
  const taken = save.error instanceof ApiError && save.error.code === "conflict" ? admin("form.taken") : null;
  return (
    <Dialog title={admin(group ? "groups.renameTitle" : "groups.createTitle")} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(true);
          if (name.trim() !== "" && !save.isPending) save.mutate(name.trim(), { onSuccess: onClose });
        }}
      >
        <Field label={admin("groups.name")} hint={admin("groups.nameHint")} error={missing ?? taken}>
          {(control) => <Input {...control} value={name} maxLength={120} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <DialogSubmit submit={group ? t("common.save") : admin("groups.createSubmit")} busy={save.isPending} error={taken ? null : save.error} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
