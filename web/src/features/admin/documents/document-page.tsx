import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Download, RotateCcw, Trash2 } from "lucide-react";
import { useState, type ReactNode } from "react";

import type { Block } from "@/api/types";
import { Button, buttonLook } from "@/components/ui/button";
import { ErrorNote } from "@/components/ui/error-note";
import { useToasts } from "@/components/ui/toast";
import { Working } from "@/components/ui/working";
import { useT } from "@/i18n/provider";

import { documentQuery, originalAddress } from "../api/get-document";
import { knowledgeBaseIn, knowledgeBasesQuery } from "../api/get-knowledge-bases";
import { useRetryDocument } from "../api/retry-document";
import type { DocumentDetail } from "../api/shapes";
import { AdminPage } from "../parts/admin-page";
import { ToldReason } from "../parts/told-reason";
import { useAdminT } from "../texts";
import { DeleteDocumentsDialog } from "./delete-documents-dialog";
import { DocumentFacts } from "./document-facts";
import { DocumentPanes } from "./document-panes";

interface DocumentPageProps {
  documentId: string;
  renderText: (blocks: readonly Block[]) => ReactNode;
  onDeleted: (knowledgeBaseId: string) => void;
}

export function DocumentPage({ documentId, renderText, onDeleted }: DocumentPageProps) {
  const t = useAdminT();
  const { data, error, refetch } = useQuery(documentQuery(documentId));
  if (!data) {
    return (
      <AdminPage title={t("documents.one")}>
        {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : <Working text={t("documents.loadingOne")} />}
      </AdminPage>
    );
  }
  return <Loaded document={data} renderText={renderText} onDeleted={onDeleted} />;
}

function Loaded({ document, renderText, onDeleted }: Omit<DocumentPageProps, "documentId"> & { document: DocumentDetail }) {
  const t = useT();
  const admin = useAdminT();
  const toasts = useToasts();
  const knowledgeBases = useQuery(knowledgeBasesQuery);
  const retry = useRetryDocument(document.knowledge_base_id);
  const [deleting, setDeleting] = useState(false);
  const knowledgeBase = knowledgeBaseIn(knowledgeBases.data, document.knowledge_base_id);
  const failed = document.state === "failed";
  const trail = (
    <span className="flex flex-wrap items-center gap-x-1.5">
      <Link to="/admin/knowledge-bases" className="rounded hover:text-ink hover:underline">
        {admin("kb.title")}
      </Link>
      <span aria-hidden>›</span>
      <Link
        to="/admin/knowledge-bases/$knowledgeBaseId/documents"
        params={{ knowledgeBaseId: document.knowledge_base_id }}
        className="rounded hover:text-ink hover:underline"
      >
        {knowledgeBase?.name ?? admin("tabs.documents")}
      </Link>
    </span>
  );
  const actions = (
    <>
      {failed && (
        <Button look="primary" busy={retry.isPending} onClick={() => retry.mutate(document.id, { onError: toasts.showError })}>
          <RotateCcw aria-hidden className="size-4" />
          {t("common.retry")}
        </Button>
      )}
      {document.chunks > 0 && (
        <a href={originalAddress(document.id)} download className={buttonLook()}>
          <Download aria-hidden className="size-4" />
          {admin("documents.download")}
        </a>
      )}
      <Button look="danger" onClick={() => setDeleting(true)}>
        <Trash2 aria-hidden className="size-4" />
        {t("common.delete")}
      </Button>
    </>
  );
  return (
    <AdminPage title={document.title} lead={document.filename === document.title ? undefined : document.filename} trail={trail} actions={actions}>
      {failed && document.error && (
        <div role="alert" className="mb-4 rounded-lg border border-danger/40 bg-danger-soft px-4 py-3 text-sm">
          <p className="font-medium">
            <ToldReason sentence={document.error} code={document.error_code} />
          </p>
          <p className="text-muted">{document.chunks > 0 ? admin("documents.failedOldStays") : admin("documents.failedNext")}</p>
        </div>
      )}
      <DocumentFacts document={document} />
      <DocumentPanes document={document} renderText={renderText} />
      {deleting && (
        <DeleteDocumentsDialog
          knowledgeBaseId={document.knowledge_base_id}
          documents={[document]}
          onDeleted={() => onDeleted(document.knowledge_base_id)}
          onClose={() => setDeleting(false)}
        />
      )}
    </AdminPage>
  );
}
