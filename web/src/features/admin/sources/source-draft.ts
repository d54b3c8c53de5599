import type { Source, SourceIn, SourcePatch } from "../api/shapes";
import { KINDS, type SourceKind } from "./kinds";

/** A source as its form holds it. */
export interface SourceDraft {
  kind: SourceKind;
  location: string;
  endpoint: string;
  region: string;
  branch: string;
  /** Of a web site at most; empty: as many as the server takes without being told. */
  pages: string;
  username: string;
  password: string;
  include: string;
  exclude: string;
  cron: string;
  /** Percent, as typed. */
  brake: string;
  readers: readonly string[];
}

export const DEFAULT_BRAKE = "30";
export const MOST_PAGES = 100_000;

export function draftOf(source: Source | null): SourceDraft {
  return {
    kind: source?.kind ?? "folder",
    location: source?.location ?? "",
    endpoint: source?.options.endpoint ?? "",
    region: source?.options.region ?? "",
    branch: source?.options.branch ?? "",
    pages: String(source?.options.max_pages ?? ""),
    username: "",
    password: "",
    include: source?.include.join("\n") ?? "",
    exclude: source?.exclude.join("\n") ?? "",
    cron: source?.cron ?? "",
    brake: source ? String(Math.round(source.brake_share * 100)) : DEFAULT_BRAKE,
    readers: source?.readers.map(({ id }) => id) ?? [],
  };
}

export function bodyOf(draft: SourceDraft): SourceIn {
  return {
    kind: draft.kind,
    location: draft.location.trim(),
    options: {
      ...(draft.kind === "s3" && { endpoint: draft.endpoint.trim() || null, region: draft.region.trim() || null }),
      ...(draft.kind === "git" && { branch: draft.branch.trim() || null }),
      ...(draft.kind === "website" && { max_pages: Number(draft.pages) || null }),
    },
    include: linesOf(draft.include),
    exclude: linesOf(draft.exclude),
    credentials: credentialsOf(draft),
    cron: draft.cron.trim() || null,
    brake_share: shareOf(draft.brake),
    reader_group_ids: [...draft.readers],
  };
}

/** Credentials that were not typed again stay as they are. */
export function patchOf(draft: SourceDraft): SourcePatch {
  const credentials = credentialsOf(draft);
  return {
    include: linesOf(draft.include),
    exclude: linesOf(draft.exclude),
    ...(credentials && { credentials }),
    cron: draft.cron.trim(),
    brake_share: shareOf(draft.brake),
    reader_group_ids: [...draft.readers],
  };
}

export function isShare(percent: string): boolean {
  return /^\d{1,3}$/.test(percent.trim()) && Number(percent) <= 100;
}

/** Empty or a whole number of pages that the server takes. */
export function isPages(typed: string): boolean {
  return typed.trim() === "" || (/^\d{1,6}$/.test(typed.trim()) && Number(typed) >= 1 && Number(typed) <= MOST_PAGES);
}

function credentialsOf(draft: SourceDraft) {
  if (KINDS[draft.kind].credentials === null || draft.password === "") return null;
  return { username: draft.username.trim(), password: draft.password };
}

function linesOf(text: string): string[] {
  return text.split("\n").map((line) => line.trim()).filter(Boolean);
}

function shareOf(percent: string): number {
  return Number(percent) / 100;
}
