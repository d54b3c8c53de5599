/** What the audit log records, as the server names it. One that is not here yet is shown by its name. */
export const ACTIONS = [
  "session.start",
  "session.refuse",
  "password.change",
  "knowledge_base.create",
  "knowledge_base.change",
  "knowledge_base.delete",
  "knowledge_base.reindex",
  "knowledge_base.judge",
  "document.upload",
  "document.retry",
  "document.tag",
  "document.delete",
  "document.purge",
  "source.create",
  "source.change",
  "source.sync",
  "source.delete",
  "snapshot.create",
  "snapshot.rollback",
  "snapshot.delete",
  "golden_question.add",
  "golden_question.run",
  "golden_question.delete",
  "answer.overflow",
  "unanswered.group",
  "unanswered.dismiss",
  "alert.test",
  "user.create",
  "user.change",
  "user.sign_out",
  "user.delete",
  "group.create",
  "group.rename",
  "group.delete",
  "api_key.create",
  "api_key.revoke",
] as const;

/** The names of the details that go with them. */
const DETAILS = [
  "knowledge_base",
  "knowledge_bases",
  "documents",
  "readers",
  "name",
  "before",
  "role",
  "address",
  "display_name",
  "disabled",
  "password",
  "groups",
  "versions",
  "answers",
  "sha256",
  "added",
  "removed",
  "reason",
  "configuration",
  "kind",
  "questions",
  "question",
  "verdict",
  "paused",
  "include",
  "exclude",
  "cron",
  "brake_share",
  "enabled",
  "credentials",
  "dry_run",
  "remove_anyway",
  "checking",
  "refuse_below",
  "may_leave",
] as const;

export type Detail = (typeof DETAILS)[number];

export function isKnownDetail(name: string): name is Detail {
  return DETAILS.some((known) => known === name);
}

export type Action = (typeof ACTIONS)[number];

export function isKnownAction(action: string): action is Action {
  return ACTIONS.some((known) => known === action);
}
