import { Ban, Ellipsis, KeyRound, LogOut, Pencil, RotateCcw, Trash2 } from "lucide-react";

import { Badge } from "@/components/ui/badge";
import { IconButton } from "@/components/ui/button";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { Cell, HeadCell, Row, Table, TableBody, TableHead } from "@/components/ui/table";
import { useToasts } from "@/components/ui/toast";
import { useFormats, useT } from "@/i18n/provider";

import { useChangeUser, useSignOutUser } from "../api/change-users";
import type { Group, User } from "../api/shapes";
import { useAdminT } from "../texts";

interface UserActions {
  onEdit: (user: User) => void;
  onReset: (user: User) => void;
  onDelete: (user: User) => void;
}

interface UsersTableProps extends UserActions {
  users: readonly User[];
  groups: readonly Group[];
  myId: string;
}

const WIDE = "hidden md:table-cell";

export function UsersTable({ users, groups, myId, ...actions }: UsersTableProps) {
  const t = useAdminT();
  const names = new Map(groups.map(({ id, name }) => [id, name]));
  return (
    <Table label={t("people.users")}>
      <TableHead>
        <HeadCell className="pl-4">{t("people.name")}</HeadCell>
        <HeadCell className={WIDE}>{t("people.role")}</HeadCell>
        <HeadCell className={WIDE}>{t("groups.title")}</HeadCell>
        <HeadCell className={WIDE}>{t("documents.state")}</HeadCell>
        <HeadCell className={`text-right ${WIDE}`}>{t("people.sessions")}</HeadCell>
        <HeadCell className={WIDE}>{t("people.since")}</HeadCell>
        <HeadCell className="w-10">
          <span className="sr-only">{t("actions.title")}</span>
        </HeadCell>
      </TableHead>
      <TableBody>
        {users.map((user) => (
          <UserRow
            key={user.id}
            user={user}
            groups={user.group_ids.map((id) => names.get(id)).filter((name) => name !== undefined)}
            me={user.id === myId}
            {...actions}
          />
        ))}
      </TableBody>
    </Table>
  );
}

function UserRow({ user, groups, me, ...actions }: UserActions & { user: User; groups: readonly string[]; me: boolean }) {
  const t = useT();
  const admin = useAdminT();
  const formats = useFormats();
  const role = <Badge tone={user.role === "admin" ? "accent" : "neutral"}>{t(`account.role.${user.role}`)}</Badge>;
  const state = user.disabled ? <Badge tone="danger">{admin("people.disabled")}</Badge> : <Badge tone="ok">{admin("people.active")}</Badge>;
  const joined = groups.join(admin("list.separator"));
  return (
    <Row>
      <Cell className="min-w-44 py-2 pl-4">
        <span className="font-medium [overflow-wrap:anywhere]">{user.display_name}</span>
        {me && <span className="text-muted"> {admin("people.you")}</span>}
        <span className="block text-[0.8125rem] text-faint [overflow-wrap:anywhere]">{user.username}</span>
        <span className="mt-1.5 flex flex-wrap items-center gap-1.5 md:hidden">
          {role}
          {user.disabled && state}
          {joined && <span className="text-[0.8125rem] text-faint">{joined}</span>}
        </span>
      </Cell>
      <Cell className={WIDE}>{role}</Cell>
      <Cell className={`max-w-56 text-muted ${WIDE}`}>{joined || "–"}</Cell>
      <Cell className={WIDE}>{state}</Cell>
      <Cell className={`figures text-right ${WIDE}`}>{formats.number(user.sessions)}</Cell>
      <Cell className={`whitespace-nowrap text-muted ${WIDE}`}>{formats.date(user.created_at)}</Cell>
      <Cell className="w-10 py-1 pr-2 text-right">
        <UserMenu user={user} me={me} {...actions} />
      </Cell>
    </Row>
  );
}

function UserMenu({ user, me, onEdit, onReset, onDelete }: UserActions & { user: User; me: boolean }) {
  const t = useT();
  const admin = useAdminT();
  const toasts = useToasts();
  const change = useChangeUser();
  const signOut = useSignOutUser();
  const name = user.display_name;
  const setDisabled = (disabled: boolean) =>
    change.mutate(
      { id: user.id, patch: { disabled } },
      {
        onSuccess: () =>
          toasts.show({
            text: admin(disabled ? "people.wasDisabled" : "people.wasEnabled", { name }),
            ...(disabled && { action: { label: t("common.undo"), onPress: () => setDisabled(false) } }),
          }),
        onError: toasts.showError,
      },
    );
  return (
    <Menu trigger={<IconButton label={admin("actions.for", { name })} icon={<Ellipsis aria-hidden />} />}>
      <MenuItem icon={<Pencil aria-hidden />} onSelect={() => onEdit(user)}>
        {admin("actions.edit")}
      </MenuItem>
      <MenuItem icon={<KeyRound aria-hidden />} onSelect={() => onReset(user)}>
        {admin("people.reset")}
      </MenuItem>
      <MenuItem
        icon={<LogOut aria-hidden />}
        disabled={user.sessions === 0}
        onSelect={() =>
          signOut.mutate(user.id, { onSuccess: () => toasts.show({ text: admin("people.signedOut", { name }) }), onError: toasts.showError })
        }
      >
        {admin("people.signOut")}
      </MenuItem>
      {!me && (
        <>
          <MenuSeparator />
          <MenuItem icon={user.disabled ? <RotateCcw aria-hidden /> : <Ban aria-hidden />} onSelect={() => setDisabled(!user.disabled)}>
            {admin(user.disabled ? "people.enable" : "people.disable")}
          </MenuItem>
          <MenuItem danger icon={<Trash2 aria-hidden />} onSelect={() => onDelete(user)}>
            {t("common.delete")}
          </MenuItem>
        </>
      )}
    </Menu>
  );
}
