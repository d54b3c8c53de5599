import { Outlet, useRouteContext } from "@tanstack/react-router";

import { Frame } from "../frame";

export function AdminLayout() {
  const { me } = useRouteContext({ from: "/signed-in" });
  return (
    <Frame me={me} nav={() => null}>
      <Outlet />
    </Frame>
  );
}
