/** Details of the audit log in the reader's language: the server writes down its own words. */
import type { Formats } from "@/i18n/formats";
import type { TextKey } from "@/i18n/provider";
import type { Translate } from "@/i18n/texts";

import { wayText } from "../quality/way";
import type { AdminKey } from "../texts";
import type { Detail } from "./actions";

export interface Words {
  readonly t: Translate<TextKey>;
  readonly admin: Translate<AdminKey>;
  readonly formats: Formats;
}

/** Words of the server, of whatever detail. Names and numbers are not among them. */
const VALUES: Readonly<Record<string, AdminKey>> = {
  True: "why.yes",
  False: "why.no",
  yes: "why.yes",
  changed: "detailValue.replaced",
  replaced: "detailValue.replaced",
  strict: "whyChecking.strict",
  marked: "whyChecking.marked",
  never: "detailValue.never",
  full: "detailValue.full",
  slow: "detailValue.slow",
  away: "detailValue.away",
  "when busy": "detailValue.whenBusy",
  manual: "goldenReason.manual",
  nightly: "goldenReason.nightly",
  model: "goldenReason.model",
  restore: "goldenReason.restore",
  folder: "sourceKind.folder",
  s3: "sourceKind.s3",
  webdav: "sourceKind.webdav",
  website: "sourceKind.website",
  git: "sourceKind.git",
};
const WORDED: ReadonlySet<Detail> = new Set(["role", "reason", "kind", "disabled", "enabled", "password", "credentials", "dry_run", "remove_anyway", "checking", "may_leave"]);
const SHARES: ReadonlySet<Detail> = new Set(["refuse_below", "brake_share"]);
const CHANGE = " → ";

/** The value of a detail; of a change both values, with the arrow between them. */
export function detailText(name: Detail, value: string, words: Words): string {
  if (name === "configuration") return wayText(value, words.admin);
  if (!WORDED.has(name) && !SHARES.has(name)) return value;
  return value
    .split(CHANGE)
    .map((part) => partText(name, part, words))
    .join(CHANGE);
}

function partText(name: Detail, part: string, { t, admin, formats }: Words): string {
  if (name === "role") return part === "admin" || part === "employee" ? t(`account.role.${part}`) : part;
  if (SHARES.has(name)) return Number.isNaN(Number(part)) ? part : formats.percent(Number(part));
  const key = VALUES[part];
  return key ? admin(key) : part;
}
