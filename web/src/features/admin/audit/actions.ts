/** What the audit log records, as the server names it. One that is not here yet is shown by its name. */
export const ACTIONS = [
  "session.start",
  "session.refuse",
  "password.change",
  "knowledge_base.create",
  "knowledge_base.change",
  "knowledge_base.delete",
  "document.upload",
  "document.retry",
  "document.delete",
  "source.create",
  "source.sync",
  "source.delete",
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

export type Action = (typeof ACTIONS)[number];

export function isKnownAction(action: string): action is Action {
  return ACTIONS.some((known) => known === action);
}
