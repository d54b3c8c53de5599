import { Ellipsis, Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";

import { Button, IconButton } from "@/components/ui/button";
import { ConfirmByTyping } from "@/components/ui/confirm-by-typing";
import { Menu, MenuItem } from "@/components/ui/menu";
import { useToasts } from "@/components/ui/toast";
import { useT } from "@/i18n/provider";

import { useDeleteGroup } from "../api/change-groups";
import type { Group, User } from "../api/shapes";
import { useAdminT } from "../texts";
import { GroupDialog } from "./group-dialog";

type Open = { what: "create" } | { what: "rename" | "delete"; group: Group } | null;

export function GroupsSection({ groups, users }: { groups: readonly Group[]; users: readonly User[] }) {
  const t = useAdminT();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  return (
    <section aria-labelledby="groups-title" className="mt-10">
      <header className="mb-4 flex flex-wrap items-start justify-between gap-3">
        <div>
          <h2 id="groups-title" className="text-lg font-semibold">
            {t("groups.title")}
          </h2>
          <p className="mt-0.5 max-w-prose text-sm text-muted">{t("groups.lead")}</p>
        </div>
        <Button onClick={() => setOpen({ what: "create" })}>
          <Plus aria-hidden className="size-4" />
          {t("groups.create")}
        </Button>
      </header>
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
        {groups.map((group) => (
          <GroupItem
            key={group.id}
            group={group}
            members={users.filter(({ group_ids }) => group_ids.includes(group.id))}
            onRename={() => setOpen({ what: "rename", group })}
            onDelete={() => setOpen({ what: "delete", group })}
          />
        ))}
      </ul>
      {open?.what === "create" && <GroupDialog group={null} onClose={close} />}
      {open?.what === "rename" && <GroupDialog group={open.group} onClose={close} />}
      {open?.what === "delete" && <DeleteGroup group={open.group} onClose={close} />}
    </section>
  );
}

interface GroupItemProps {
  group: Group;
  members: readonly User[];
  onRename: () => void;
  onDelete: () => void;
}

function GroupItem({ group, members, onRename, onDelete }: GroupItemProps) {
  const t = useT();
  const admin = useAdminT();
  const names = members.map(({ display_name }) => display_name).join(admin("list.separator"));
  return (
    <li className="flex items-start gap-3 py-3 pr-2 pl-4">
      <div className="min-w-0 grow">
        <p className="text-sm">
          <span className="font-medium [overflow-wrap:anywhere]">{group.built_in ? admin("groups.everyone") : group.name}</span>
          <span className="figures ml-2 text-faint">{admin("groups.members", { count: group.members })}</span>
        </p>
        <p className="text-[0.8125rem] text-muted [overflow-wrap:anywhere]">
          {group.built_in ? admin("groups.everyoneHint") : names || admin("groups.empty")}
        </p>
      </div>
      {!group.built_in && (
        <Menu trigger={<IconButton label={admin("actions.for", { name: group.name })} icon={<Ellipsis aria-hidden />} />}>
          <MenuItem icon={<Pencil aria-hidden />} onSelect={onRename}>
            {admin("groups.rename")}
          </MenuItem>
          <MenuItem danger icon={<Trash2 aria-hidden />} onSelect={onDelete}>
            {t("common.delete")}
          </MenuItem>
        </Menu>
      )}
    </li>
  );
}

function DeleteGroup({ group, onClose }: { group: Group; onClose: () => void }) {
  const t = useT();
  const admin = useAdminT();
  const toasts = useToasts();
  const remove = useDeleteGroup();
  return (
    <ConfirmByTyping
      title={admin("groups.deleteTitle", { name: group.name })}
      text={admin("groups.deleteText")}
      word={group.name}
      confirm={t("common.delete")}
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={() =>
        remove.mutate(group.id, {
          onSuccess: () => toasts.show({ text: admin("groups.deleted", { name: group.name }) }),
          onError: toasts.showError,
          onSettled: onClose,
        })
      }
    />
  );
}
