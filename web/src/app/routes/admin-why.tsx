import { useNavigate, useSearch } from "@tanstack/react-router";

import { WhyPage } from "@/features/admin/why/why-page";

export function WhyRoute() {
  const { q, kb, conversation } = useSearch({ from: "/signed-in/admin/why" });
  const navigate = useNavigate({ from: "/admin/why" });
  return (
    <WhyPage
      key={`${kb ?? ""} ${conversation ?? ""} ${q ?? ""}`}
      question={q ?? ""}
      knowledgeBaseId={kb ?? null}
      conversationId={conversation ?? null}
      onAsk={(question, knowledgeBaseId) => void navigate({ search: { q: question, kb: knowledgeBaseId ?? undefined, conversation } })}
    />
  );
}
