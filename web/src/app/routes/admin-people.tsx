import { useRouteContext } from "@tanstack/react-router";

import { PeoplePage } from "@/features/admin/people/people-page";

export function PeopleRoute() {
  const { me } = useRouteContext({ from: "/signed-in" });
  return <PeoplePage myId={me.id} />;
}
