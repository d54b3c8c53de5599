import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

import { buttonLook } from "@/components/ui/button";
import { AskPage } from "@/features/ask/ask-page";
import { useT } from "@/i18n/provider";

export function AskRoute() {
  const t = useT();
  const navigate = useNavigate();
  const filters = useSearch({ from: "/signed-in/asking/" });
  const onStarted = useCallback(
    (conversationId: string) => void navigate({ to: "/c/$conversationId", params: { conversationId }, search: filters }),
    [navigate, filters],
  );
  return (
    <AskPage
      filters={filters}
      onFilters={(search) => void navigate({ to: "/", search, replace: true, resetScroll: false })}
      onStarted={onStarted}
      firstSteps={
        <Link to="/admin" className={buttonLook("primary")}>
          {t("ask.manageKnowledgeBases")}
        </Link>
      }
    />
  );
}
