import { Outlet, useRouteContext } from "@tanstack/react-router";

import { AdminNav } from "@/features/admin/admin-nav";
import { OnlyAdmins } from "@/features/admin/only-admins";
import { UploadProvider } from "@/features/admin/uploads/upload-provider";

import { Frame } from "../frame";

export function AdminLayout() {
  const { me } = useRouteContext({ from: "/signed-in" });
  if (me.role !== "admin") {
    return (
      <Frame me={me} nav={() => null}>
        <OnlyAdmins />
      </Frame>
    );
  }
  return (
    <UploadProvider>
      <Frame me={me} nav={({ folded }) => <AdminNav folded={folded} />}>
        <Outlet />
      </Frame>
    </UploadProvider>
  );
}
