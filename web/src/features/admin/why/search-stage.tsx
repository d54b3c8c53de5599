import { useFormats } from "@/i18n/provider";

import type { SearchTrace } from "../api/shapes";
import { useAdminT } from "../texts";
import { milliseconds } from "./milliseconds";
import { PassagesTable } from "./passages-table";
import { StageSection } from "./stage";

/** What one search looked for, found and ranked. A question of several parts has several. */
export function SearchStage({ search, number, of }: { search: SearchTrace; number: number; of: number }) {
  const t = useAdminT();
  const formats = useFormats();
  const title = of > 1 ? t("why.searchOf", { number, count: of }) : t("why.search");
  const aside = `${t("why.considered", { count: search.considered })} · ${t("why.took", { ms: formats.number(milliseconds(search.seconds)) })}`;
  return (
    <StageSection title={title} aside={aside}>
      <dl className="mb-4 space-y-3 text-sm">
        <div>
          <dt className="text-[0.8125rem] text-faint">{t("why.searchedFor")}</dt>
          <dd className="[overflow-wrap:anywhere]">{search.question}</dd>
        </div>
        <div>
          <dt className="mb-1 text-[0.8125rem] text-faint">{t("why.terms")}</dt>
          <dd className="flex flex-wrap gap-1">
            {search.terms.map((term) => (
              <span key={term} className="rounded bg-sunken px-1.5 py-0.5 font-mono text-xs text-muted">
                {term}
              </span>
            ))}
          </dd>
        </div>
      </dl>
      {search.degraded && (
        <p lang="en" className="mb-3 text-sm text-warn">
          {search.degraded}
        </p>
      )}
      {search.passages.length === 0 ? <p className="text-sm text-muted">{t("why.nothingFound")}</p> : <PassagesTable passages={search.passages} />}
    </StageSection>
  );
}
