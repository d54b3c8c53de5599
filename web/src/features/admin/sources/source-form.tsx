import { ChevronRight } from "lucide-react";
import { useState, type ReactNode } from "react";

import { DialogSubmit } from "@/components/ui/dialog-submit";
import { Field, Input, Select, TextArea } from "@/components/ui/input";

import type { Source } from "../api/shapes";
import { ReadersField } from "../parts/readers-field";
import { useAdminT } from "../texts";
import { KINDS, KIND_NAMES, type SourceKind } from "./kinds";
import { draftOf, isPages, isShare, MOST_PAGES, type SourceDraft } from "./source-draft";

interface SourceFormProps {
  /** null: a new one, whose kind and place are still open. */
  source: Source | null;
  submit: string;
  busy: boolean;
  /** What the server says of the place, shown under its field. */
  refused: string | null;
  problem: Error | null;
  onSubmit: (draft: SourceDraft) => void;
  onCancel: () => void;
}

type Change = (change: Partial<SourceDraft>) => void;

export function SourceForm({ source, submit, busy, refused, problem, onSubmit, onCancel }: SourceFormProps) {
  const admin = useAdminT();
  const [draft, setDraft] = useState(() => draftOf(source));
  const [asked, setAsked] = useState(false);
  const set: Change = (change) => setDraft((before) => ({ ...before, ...change }));
  const complete = draft.location.trim() !== "" && isShare(draft.brake) && (draft.kind !== "website" || isPages(draft.pages));
  return (
    <form
      className="space-y-5"
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (complete && !busy) onSubmit(draft);
      }}
    >
      {source === null && <PlaceFields draft={draft} set={set} error={asked && draft.location.trim() === "" ? admin("sources.pathMissing") : refused} />}
      <CredentialFields draft={draft} set={set} kept={source?.has_credentials ?? false} />
      <More open={source !== null} label={admin("sources.more")}>
        <FollowFields draft={draft} set={set} asked={asked} />
        <ReadersField
          chosen={draft.readers}
          nobody={admin("sources.readersNone")}
          hint={admin("sources.readersHint")}
          onChoose={(readers) => set({ readers })}
        />
      </More>
      <DialogSubmit submit={submit} busy={busy} error={problem} onCancel={onCancel} />
    </form>
  );
}

function PlaceFields({ draft, set, error }: { draft: SourceDraft; set: Change; error: string | null }) {
  const t = useAdminT();
  const look = KINDS[draft.kind];
  return (
    <>
      <Field label={t("sources.kind")}>
        {(control) => (
          <Select {...control} value={draft.kind} onChange={(event) => set({ kind: event.target.value as SourceKind })}>
            {KIND_NAMES.map((kind) => (
              <option key={kind} value={kind}>
                {t(KINDS[kind].name)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={t(look.location)} hint={t(look.hint)} error={error}>
        {(control) => (
          <Input
            {...control}
            value={draft.location}
            onChange={(event) => set({ location: event.target.value })}
            placeholder={look.placeholder}
            spellCheck={false}
            autoComplete="off"
            className="font-mono text-sm"
          />
        )}
      </Field>
      {draft.kind === "s3" && (
        <div className="grid gap-4 sm:grid-cols-2">
          <Plain label={t("sources.endpoint")} hint={t("sources.endpointHint")} value={draft.endpoint} onChange={(endpoint) => set({ endpoint })} />
          <Plain label={t("sources.region")} value={draft.region} onChange={(region) => set({ region })} />
        </div>
      )}
      {draft.kind === "git" && (
        <Plain label={t("sources.branch")} hint={t("sources.branchHint")} value={draft.branch} onChange={(branch) => set({ branch })} />
      )}
      {draft.kind === "website" && (
        <Plain
          label={t("sources.pages")}
          hint={t("sources.pagesHint")}
          error={isPages(draft.pages) ? null : t("sources.pagesWrong", { most: MOST_PAGES })}
          value={draft.pages}
          onChange={(pages) => set({ pages })}
        />
      )}
    </>
  );
}

function CredentialFields({ draft, set, kept }: { draft: SourceDraft; set: Change; kept: boolean }) {
  const t = useAdminT();
  const names = KINDS[draft.kind].credentials;
  if (names === null) return null;
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Plain label={t(names.username)} value={draft.username} onChange={(username) => set({ username })} />
      <Field label={t(names.password)} hint={t(kept ? "sources.secretKept" : "sources.secretHint")}>
        {(control) => (
          <Input
            {...control}
            type="password"
            value={draft.password}
            autoComplete="new-password"
            onChange={(event) => set({ password: event.target.value })}
          />
        )}
      </Field>
    </div>
  );
}

function FollowFields({ draft, set, asked }: { draft: SourceDraft; set: Change; asked: boolean }) {
  const t = useAdminT();
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <Patterns label={t("sources.include")} hint={t("sources.includeHint")} value={draft.include} onChange={(include) => set({ include })} />
        <Patterns label={t("sources.exclude")} hint={t("sources.excludeHint")} value={draft.exclude} onChange={(exclude) => set({ exclude })} />
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <Plain label={t("sources.cron")} hint={t("sources.cronHint")} value={draft.cron} onChange={(cron) => set({ cron })} />
        <Field label={t("sources.brake")} hint={t("sources.brakeHint")} error={asked && !isShare(draft.brake) ? t("sources.brakeBad") : null}>
          {(control) => (
            <Input {...control} inputMode="numeric" value={draft.brake} onChange={(event) => set({ brake: event.target.value })} className="figures" />
          )}
        </Field>
      </div>
    </>
  );
}

interface PlainProps {
  label: string;
  hint?: string;
  error?: string | null;
  value: string;
  onChange: (value: string) => void;
}

function Plain({ label, hint, error, value, onChange }: PlainProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => <Input {...control} value={value} spellCheck={false} autoComplete="off" onChange={(event) => onChange(event.target.value)} />}
    </Field>
  );
}

function Patterns({ label, hint, value, onChange }: PlainProps) {
  return (
    <Field label={label} hint={hint}>
      {(control) => (
        <TextArea
          {...control}
          value={value}
          rows={2}
          spellCheck={false}
          onChange={(event) => onChange(event.target.value)}
          className="min-h-16 font-mono text-sm"
        />
      )}
    </Field>
  );
}

/** What most sources never need. */
function More({ open, label, children }: { open: boolean; label: string; children: ReactNode }) {
  return (
    <details open={open} className="group">
      <summary className="inline-flex min-h-7 cursor-pointer items-center gap-1.5 rounded-md text-sm text-muted hover:text-ink">
        <ChevronRight aria-hidden className="size-3.5 transition-transform group-open:rotate-90" />
        {label}
      </summary>
      <div className="mt-3 space-y-5">{children}</div>
    </details>
  );
}
