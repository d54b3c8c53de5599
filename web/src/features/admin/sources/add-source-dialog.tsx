import { useState } from "react";

import { ApiError } from "@/api/errors";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { ErrorNote } from "@/components/ui/error-note";
import { Field, Input } from "@/components/ui/input";
import { useT } from "@/i18n/provider";

import { useAddSource } from "../api/change-sources";
import type { Source } from "../api/shapes";
import { useAdminT } from "../texts";

interface AddSourceDialogProps {
  knowledgeBaseId: string;
  onAdded: (source: Source) => void;
  onClose: () => void;
}

export function AddSourceDialog({ knowledgeBaseId, onAdded, onClose }: AddSourceDialogProps) {
  const t = useT();
  const admin = useAdminT();
  const add = useAddSource(knowledgeBaseId);
  const [path, setPath] = useState("");
  const [asked, setAsked] = useState(false);
  const missing = asked && path.trim() === "" ? admin("sources.pathMissing") : null;
  const refused = add.error instanceof ApiError && ["invalid", "conflict", "not_found"].includes(add.error.code) ? add.error.message : null;
  return (
    <Dialog title={admin("sources.addTitle")} description={admin("sources.addText")} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(true);
          if (path.trim() !== "" && !add.isPending) add.mutate(path.trim(), { onSuccess: onAdded });
        }}
      >
        <Field label={admin("sources.path")} hint={admin("sources.pathHint")} error={missing ?? refused}>
          {(control) => (
            <Input
              {...control}
              value={path}
              onChange={(event) => setPath(event.target.value)}
              placeholder="/srv/documents"
              spellCheck={false}
              autoComplete="off"
              className="font-mono text-sm"
            />
          )}
        </Field>
        {add.error && !refused && (
          <div className="mt-4">
            <ErrorNote error={add.error} />
          </div>
        )}
        <DialogActions>
          <Button look="quiet" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" look="primary" busy={add.isPending}>
            {admin("sources.addSubmit")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
