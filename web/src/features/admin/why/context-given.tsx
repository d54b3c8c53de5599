import type { Answer } from "@/api/types";
import { useFormats } from "@/i18n/provider";

import { Fact } from "../parts/fact";
import { useAdminT } from "../texts";
import { StageSection } from "./stage";

/** How much of what was found the model could read. */
export function ContextGiven({ context }: { context: Answer["context"] }) {
  const t = useAdminT();
  const formats = useFormats();
  return (
    <StageSection title={t("why.context")}>
      {context === null ? (
        <p className="text-sm text-muted">{t("why.noModel")}</p>
      ) : (
        <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
          <Fact name={t("why.given.passages")}>{formats.number(context.passages)}</Fact>
          <Fact name={t("why.given.widened")}>{formats.number(context.widened)}</Fact>
          <Fact name={t("why.given.whole")}>{formats.number(context.whole ?? 0)}</Fact>
          <Fact name={t("why.given.tooLong")}>{formats.number(context.too_long ?? 0)}</Fact>
          <Fact name={t("why.given.leftOut")}>{formats.number(context.left_out)}</Fact>
          <Fact name={t("why.given.shortened")}>{t(context.shortened ? "why.yes" : "why.no")}</Fact>
          <Fact name={t("why.given.tokens")}>{t("why.given.of", { used: context.tokens, budget: context.budget })}</Fact>
        </dl>
      )}
    </StageSection>
  );
}
