/** The files that a question was asked with, each removable for good. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { FileText, X } from "lucide-react";
import { useState } from "react";

import type { Attachment } from "@/api/types";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { ErrorNote } from "@/components/ui/error-note";
import { useT } from "@/i18n/provider";

import { removeFile } from "../api/files";
import { conversationQuery } from "../api/get-conversation";

interface TurnFilesProps {
  conversationId: string;
  files: readonly Attachment[];
}

export function TurnFiles({ conversationId, files }: TurnFilesProps) {
  const t = useT();
  const [leaving, setLeaving] = useState<Attachment | null>(null);
  if (files.length === 0) return null;
  return (
    <>
      <ul aria-label={t("files.attached")} className="mt-3 flex flex-wrap gap-2">
        {files.map((file) => (
          <li key={file.id} className="flex max-w-full min-w-0 items-center gap-2 rounded-lg border border-line bg-sunken py-1 pr-1 pl-2.5 text-sm print:pr-2.5">
            <FileText aria-hidden className="size-4 shrink-0 text-muted" />
            <span className="truncate">{file.filename}</span>
            <button
              type="button"
              aria-label={t("files.remove", { name: file.filename })}
              onClick={() => setLeaving(file)}
              className="inline-flex size-7 shrink-0 items-center justify-center rounded-md text-muted hover:bg-surface hover:text-ink print:hidden [&_svg]:size-3.5"
            >
              <X aria-hidden />
            </button>
          </li>
        ))}
      </ul>
      {leaving && <RemoveDialog conversationId={conversationId} file={leaving} onClose={() => setLeaving(null)} />}
    </>
  );
}

function RemoveDialog({ conversationId, file, onClose }: { conversationId: string; file: Attachment; onClose: () => void }) {
  const t = useT();
  const queries = useQueryClient();
  const removing = useMutation({
    mutationFn: () => removeFile(file.id),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: conversationQuery(conversationId).queryKey });
      onClose();
    },
  });
  return (
    <Dialog title={t("files.removeTitle")} description={t("files.removeText", { name: file.filename })} onClose={onClose}>
      {removing.error && <ErrorNote error={removing.error} />}
      <DialogActions>
        <Button look="quiet" onClick={onClose}>
          {t("common.cancel")}
        </Button>
        <Button look="danger" busy={removing.isPending} onClick={() => removing.mutate()}>
          {t("files.removeConfirm")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
