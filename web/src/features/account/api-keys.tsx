import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { ApiKey, ApiKeyCreated } from "@/api/types";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorNote } from "@/components/ui/error-note";
import { Field, Input } from "@/components/ui/input";
import { Cell, HeadCell, Row, Table, TableBody, TableHead } from "@/components/ui/table";
import { useToasts } from "@/components/ui/toast";
import { Working } from "@/components/ui/working";
import { useFormats, useT } from "@/i18n/provider";

import { apiKeysQuery, useCreateApiKey, useRevokeApiKey } from "./api/api-keys";

export function ApiKeys() {
  const t = useT();
  const keys = useQuery(apiKeysQuery);
  const [created, setCreated] = useState<ApiKeyCreated | null>(null);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  return (
    <div className="mt-4 space-y-4">
      <CreateForm onCreated={setCreated} />
      {keys.error && <ErrorNote error={keys.error} onRetry={() => void keys.refetch()} />}
      {keys.isPending && <Working text={t("app.loading")} />}
      {keys.data?.length === 0 && <EmptyState title={t("account.noKeys")} next={t("account.noKeysNext")} />}
      {keys.data && keys.data.length > 0 && <KeyTable keys={keys.data} onRevoke={setRevoking} />}
      {created && <CreatedDialog created={created} onClose={() => setCreated(null)} />}
      {revoking && <RevokeDialog apiKey={revoking} onClose={() => setRevoking(null)} />}
    </div>
  );
}

function CreateForm({ onCreated }: { onCreated: (created: ApiKeyCreated) => void }) {
  const t = useT();
  const [name, setName] = useState("");
  const create = useCreateApiKey();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!name.trim()) return;
        create.mutate(name.trim(), {
          onSuccess(created) {
            setName("");
            onCreated(created);
          },
        });
      }}
      className="space-y-3"
    >
      <div className="flex flex-wrap items-end gap-2">
        <Field label={t("account.keyName")} className="w-full max-w-sm">
          {(control) => (
            <Input
              {...control}
              value={name}
              maxLength={120}
              placeholder={t("account.keyNamePlaceholder")}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" disabled={!name.trim()} busy={create.isPending}>
          {t("account.createKey")}
        </Button>
      </div>
      {create.error && <ErrorNote error={create.error} />}
    </form>
  );
}

function KeyTable({ keys, onRevoke }: { keys: readonly ApiKey[]; onRevoke: (key: ApiKey) => void }) {
  const t = useT();
  const formats = useFormats();
  return (
    <Table label={t("account.keys")}>
      <TableHead>
        <HeadCell>{t("account.keyName")}</HeadCell>
        <HeadCell>{t("account.keyPrefix")}</HeadCell>
        <HeadCell>{t("account.keyCreatedAt")}</HeadCell>
        <HeadCell>{t("account.keyLastUsed")}</HeadCell>
        <HeadCell>
          <span className="sr-only">{t("account.revoke")}</span>
        </HeadCell>
      </TableHead>
      <TableBody>
        {keys.map((key) => (
          <Row key={key.id}>
            <Cell className="font-medium">{key.name}</Cell>
            <Cell>
              <code className="font-mono text-[0.8125rem]">{key.prefix}…</code>
            </Cell>
            <Cell className="whitespace-nowrap text-muted">{formats.date(key.created_at)}</Cell>
            <Cell className="whitespace-nowrap text-muted">
              {key.last_used_at ? formats.ago(key.last_used_at, new Date()) : t("account.keyNever")}
            </Cell>
            <Cell className="text-right">
              <Button look="quiet" size="small" aria-label={t("account.revokeKey", { name: key.name })} onClick={() => onRevoke(key)}>
                {t("account.revoke")}
              </Button>
            </Cell>
          </Row>
        ))}
      </TableBody>
    </Table>
  );
}

function CreatedDialog({ created, onClose }: { created: ApiKeyCreated; onClose: () => void }) {
  const t = useT();
  return (
    <Dialog title={t("account.keyToken")} description={t("account.keyCreated")} onClose={onClose}>
      <div className="flex items-center gap-2 rounded-md border border-line-strong bg-sunken py-2 pr-2 pl-3.5">
        <code className="min-w-0 grow font-mono text-sm break-all">{created.token}</code>
        <CopyButton text={created.token} />
      </div>
      <DialogActions>
        <Button look="primary" onClick={onClose}>
          {t("account.keyDone")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function RevokeDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const t = useT();
  const toasts = useToasts();
  const revoke = useRevokeApiKey();
  const submit = () =>
    revoke.mutate(apiKey.id, {
      onSuccess() {
        toasts.show({ text: t("account.keyRevoked") });
        onClose();
      },
    });
  return (
    <Dialog title={t("account.revokeTitle")} description={`${apiKey.name} · ${t("account.revokeText")}`} onClose={onClose}>
      {revoke.error && <ErrorNote error={revoke.error} />}
      <DialogActions>
        <Button look="quiet" onClick={onClose}>
          {t("common.cancel")}
        </Button>
        <Button look="danger" busy={revoke.isPending} onClick={submit}>
          {t("account.revoke")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
