import { Outlet, useNavigate, useParams, useRouteContext } from "@tanstack/react-router";

import { HistoryList } from "@/features/history/history-list";

import { Frame } from "../frame";

export function AskingLayout() {
  const navigate = useNavigate();
  const { me } = useRouteContext({ from: "/signed-in" });
  const { conversationId } = useParams({ strict: false });
  return (
    <Frame
      me={me}
      nav={({ folded }) =>
        folded ? null : <HistoryList current={conversationId ?? null} onDeletedCurrent={() => void navigate({ to: "/" })} />
      }
    >
      <Outlet />
    </Frame>
  );
}
