import { useQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { useState } from "react";

import { Button } from "@/components/ui/button";
import { ConfirmByTyping } from "@/components/ui/confirm-by-typing";
import { ErrorNote } from "@/components/ui/error-note";
import { useToasts } from "@/components/ui/toast";
import { Working } from "@/components/ui/working";
import { useT } from "@/i18n/provider";

import { useDeleteUser } from "../api/change-users";
import { groupsQuery } from "../api/get-groups";
import { usersQuery } from "../api/get-users";
import type { User } from "../api/shapes";
import { AdminPage } from "../parts/admin-page";
import { useAdminT } from "../texts";
import { GroupsSection } from "./groups-section";
import { ResetPassword } from "./reset-password";
import { UserForm } from "./user-form";
import { UsersTable } from "./users-table";

type Open = { what: "create" } | { what: "edit" | "reset" | "delete"; user: User } | null;

/** `myId`: nobody may lock themselves out. */
export function PeoplePage({ myId }: { myId: string }) {
  const t = useAdminT();
  const toasts = useToasts();
  const users = useQuery(usersQuery);
  const groups = useQuery(groupsQuery);
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  return (
    <AdminPage
      title={t("people.title")}
      lead={t("people.lead")}
      actions={
        <Button look="primary" onClick={() => setOpen({ what: "create" })}>
          <UserPlus aria-hidden className="size-4" />
          {t("people.create")}
        </Button>
      }
    >
      {users.isPending && <Working text={t("people.loading")} />}
      {users.error && <ErrorNote error={users.error} onRetry={() => void users.refetch()} />}
      {users.data && (
        <UsersTable
          users={users.data}
          groups={groups.data ?? []}
          myId={myId}
          onEdit={(user) => setOpen({ what: "edit", user })}
          onReset={(user) => setOpen({ what: "reset", user })}
          onDelete={(user) => setOpen({ what: "delete", user })}
        />
      )}
      {groups.error && <ErrorNote error={groups.error} onRetry={() => void groups.refetch()} />}
      {groups.data && <GroupsSection groups={groups.data} users={users.data ?? []} />}
      {(open?.what === "create" || open?.what === "edit") && (
        <UserForm
          user={open.what === "edit" ? open.user : null}
          groups={groups.data ?? []}
          onClose={close}
          onSaved={(saved) => {
            close();
            toasts.show({ text: t(open.what === "edit" ? "people.saved" : "people.created", { name: saved.display_name }) });
          }}
        />
      )}
      {open?.what === "reset" && <ResetPassword user={open.user} onClose={close} />}
      {open?.what === "delete" && <DeleteUser user={open.user} onClose={close} />}
    </AdminPage>
  );
}

function DeleteUser({ user, onClose }: { user: User; onClose: () => void }) {
  const t = useT();
  const admin = useAdminT();
  const toasts = useToasts();
  const remove = useDeleteUser();
  return (
    <ConfirmByTyping
      title={admin("people.deleteTitle", { name: user.display_name })}
      text={admin("people.deleteText")}
      word={user.username}
      confirm={t("common.delete")}
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={() =>
        remove.mutate(user.id, {
          onSuccess: () => toasts.show({ text: admin("people.deleted", { name: user.display_name }) }),
          onError: toasts.showError,
          onSettled: onClose,
        })
      }
    />
  );
}
