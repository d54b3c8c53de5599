import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";

import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorNote } from "@/components/ui/error-note";
import { useToasts } from "@/components/ui/toast";
import { Working } from "@/components/ui/working";
import { useT } from "@/i18n/provider";

import { knowledgeBasesQuery } from "../api/get-knowledge-bases";
import type { AdminKnowledgeBase } from "../api/shapes";
import { AdminPage } from "../parts/admin-page";
import { useAdminT } from "../texts";
import { DeleteKnowledgeBaseDialog } from "./delete-knowledge-base-dialog";
import { KnowledgeBaseCard } from "./knowledge-base-card";
import { KnowledgeBaseForm } from "./knowledge-base-form";

type Open = { what: "create" } | { what: "edit" | "delete"; knowledgeBase: AdminKnowledgeBase } | null;

/** `onOpen` goes to a knowledge base; a new one is opened at once, because the next step is to drop documents into it. */
export function KnowledgeBasesPage({ onOpen }: { onOpen: (id: string) => void }) {
  const t = useAdminT();
  const { data, error, isPending, refetch } = useQuery(knowledgeBasesQuery);
  const [open, setOpen] = useState<Open>(null);
  const create = (
    <Button look="primary" onClick={() => setOpen({ what: "create" })}>
      <Plus aria-hidden className="size-4" />
      {t("kb.create")}
    </Button>
  );
  return (
    <AdminPage title={t("kb.title")} lead={t("kb.lead")} actions={data && data.length > 0 && create}>
      {isPending && <Working text={t("kb.loading")} />}
      {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && <EmptyState title={t("kb.none")} next={t("kb.noneNext")} action={create} />}
      <ul className="grid gap-4 md:grid-cols-2 xl:grid-cols-3">
        {data?.map((knowledgeBase) => (
          <li key={knowledgeBase.id} className="min-w-0">
            <KnowledgeBaseCard
              knowledgeBase={knowledgeBase}
              onEdit={() => setOpen({ what: "edit", knowledgeBase })}
              onDelete={() => setOpen({ what: "delete", knowledgeBase })}
            />
          </li>
        ))}
      </ul>
      {open && <OpenDialog open={open} onClose={() => setOpen(null)} onCreated={({ id }) => onOpen(id)} />}
    </AdminPage>
  );
}

interface OpenDialogProps {
  open: NonNullable<Open>;
  onClose: () => void;
  onCreated: (created: AdminKnowledgeBase) => void;
}

function OpenDialog({ open, onClose, onCreated }: OpenDialogProps) {
  const t = useT();
  const admin = useAdminT();
  const toasts = useToasts();
  if (open.what === "delete") return <DeleteKnowledgeBaseDialog knowledgeBase={open.knowledgeBase} onClose={onClose} />;
  const edited = open.what === "edit" ? open.knowledgeBase : null;
  return (
    <Dialog title={edited ? admin("kb.editTitle") : admin("kb.createTitle")} onClose={onClose}>
      <KnowledgeBaseForm
        knowledgeBase={edited}
        submit={edited ? t("common.save") : admin("kb.createSubmit")}
        onSaved={(saved) => {
          onClose();
          if (edited) toasts.show({ text: admin("kb.saved") });
          else onCreated(saved);
        }}
        cancel={
          <Button look="quiet" onClick={onClose}>
            {t("common.cancel")}
          </Button>
        }
      />
    </Dialog>
  );
}
