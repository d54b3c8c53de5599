import { useNavigate, useSearch } from "@tanstack/react-router";

import { WhyPage } from "@/features/admin/why/why-page";

export function WhyRoute() {
  const { q, kb } = useSearch({ from: "/signed-in/admin/why" });
  const navigate = useNavigate({ from: "/admin/why" });
  return (
    <WhyPage
      key={`${kb ?? ""} ${q ?? ""}`}
      question={q ?? ""}
      knowledgeBaseId={kb ?? null}
      onAsk={(question, knowledgeBaseId) => void navigate({ search: { q: question, kb: knowledgeBaseId ?? undefined } })}
    />
  );
}
