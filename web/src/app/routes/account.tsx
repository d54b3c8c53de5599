import { useRouteContext } from "@tanstack/react-router";

import { AccountPage } from "@/features/account/account-page";

export function AccountRoute() {
  const { me } = useRouteContext({ from: "/signed-in" });
  return <AccountPage me={me} />;
}
