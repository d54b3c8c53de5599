import { useState } from "react";

import { ApiError } from "@/api/errors";
import { Dialog } from "@/components/ui/dialog";
import { DialogSubmit } from "@/components/ui/dialog-submit";
import { Checkbox, Field, Input, Select } from "@/components/ui/input";
import { useT } from "@/i18n/provider";

import { useChangeUser, useCreateUser } from "../api/change-users";
import type { Group, User } from "../api/shapes";
import { useAdminT } from "../texts";
import { LEAST_CHARACTERS, PasswordField } from "./password-field";

interface UserFormProps {
  /** null: a new account. */
  user: User | null;
  groups: readonly Group[];
  onSaved: (user: User) => void;
  onClose: () => void;
}

export function UserForm({ user, groups, onSaved, onClose }: UserFormProps) {
  const t = useT();
  const admin = useAdminT();
  const create = useCreateUser();
  const change = useChangeUser();
  const [username, setUsername] = useState(user?.username ?? "");
  const [displayName, setDisplayName] = useState(user?.display_name ?? "");
  const [role, setRole] = useState<User["role"]>(user?.role ?? "employee");
  const [password, setPassword] = useState("");
  const [groupIds, setGroupIds] = useState<readonly string[]>(user?.group_ids ?? []);
  const [asked, setAsked] = useState(false);
  const error = create.error ?? change.error;
  const taken = error instanceof ApiError && error.code === "conflict" && user === null ? admin("form.taken") : null;
  const badName = username.trim() === "" || /[\s/\\]/.test(username.trim());
  const badPassword = user === null && password.length < LEAST_CHARACTERS;
  const submit = () => {
    setAsked(true);
    if (displayName.trim() === "" || badName || badPassword || create.isPending || change.isPending) return;
    const common = { display_name: displayName.trim(), role, group_ids: [...groupIds] };
    if (user) change.mutate({ id: user.id, patch: common }, { onSuccess: onSaved });
    else create.mutate({ ...common, username: username.trim(), password }, { onSuccess: onSaved });
  };
  return (
    <Dialog title={user ? admin("people.editTitle", { name: user.display_name }) : admin("people.createTitle")} onClose={onClose}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Field label={admin("people.displayName")} error={asked && displayName.trim() === "" ? admin("people.displayNameMissing") : null}>
          {(control) => <Input {...control} value={displayName} maxLength={120} onChange={(event) => setDisplayName(event.target.value)} />}
        </Field>
        {user === null && (
          <>
            <Field
              label={t("signIn.username")}
              hint={admin("people.usernameHint")}
              error={asked && badName ? admin("people.usernameBad") : taken}
            >
              {(control) => (
                <Input {...control} value={username} maxLength={120} autoComplete="off" spellCheck={false} onChange={(event) => setUsername(event.target.value)} />
              )}
            </Field>
            <PasswordField
              value={password}
              onChange={setPassword}
              error={asked && badPassword ? admin("people.passwordShort", { count: LEAST_CHARACTERS }) : null}
            />
          </>
        )}
        <Field label={admin("people.role")} hint={admin(`role.${role}Hint`)}>
          {(control) => (
            <Select {...control} value={role} onChange={(event) => setRole(event.target.value === "admin" ? "admin" : "employee")}>
              <option value="employee">{t("account.role.employee")}</option>
              <option value="admin">{t("account.role.admin")}</option>
            </Select>
          )}
        </Field>
        <GroupChoice groups={groups} chosen={groupIds} onChoose={setGroupIds} />
        <DialogSubmit submit={user ? t("common.save") : admin("people.createSubmit")} busy={create.isPending || change.isPending} error={taken ? null : error} onCancel={onClose} />
      </form>
    </Dialog>
  );
}

interface GroupChoiceProps {
  groups: readonly Group[];
  chosen: readonly string[];
  onChoose: (ids: readonly string[]) => void;
}

function GroupChoice({ groups, chosen, onChoose }: GroupChoiceProps) {
  const t = useAdminT();
  const own = groups.filter((group) => !group.built_in);
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium">{t("groups.title")}</legend>
      <div className="space-y-2 rounded-md border border-line px-3 py-2.5">
        <Checkbox label={t("groups.everyone")} checked disabled readOnly />
        {own.map((group) => (
          <Checkbox
            key={group.id}
            label={group.name}
            checked={chosen.includes(group.id)}
            onChange={(event) => onChoose(event.target.checked ? [...chosen, group.id] : chosen.filter((id) => id !== group.id))}
          />
        ))}
      </div>
    </fieldset>
  );
}
