import { useState, type FormEvent } from "react";

import { useT } from "@/i18n/provider";

interface PageNumberProps {
  current: number;
  total: number;
  onGo: (page: number) => void;
}

/** Says which page is seen, and goes to the one that is typed. */
export function PageNumber({ current, total, onGo }: PageNumberProps) {
  const t = useT();
  const [typed, setTyped] = useState<string | null>(null);
  const go = (event: FormEvent) => {
    event.preventDefault();
    const page = Number(typed);
    if (Number.isInteger(page) && page >= 1 && page <= total) onGo(page);
    setTyped(null);
  };
  return (
    <form onSubmit={go} className="figures flex items-center gap-1.5 text-[0.8125rem] text-muted">
      <input
        aria-label={t("reader.pageNumber", { total })}
        inputMode="numeric"
        value={typed ?? String(current)}
        onChange={(event) => setTyped(event.target.value)}
        onFocus={(event) => event.target.select()}
        onBlur={() => setTyped(null)}
        className="h-7 w-11 rounded-md border border-line-strong bg-surface text-center text-ink"
      />
      <span aria-hidden>/ {total}</span>
    </form>
  );
}
