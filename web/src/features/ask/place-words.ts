import { useT } from "@/i18n/provider";

import type { PlaceWords } from "./prose";

export function usePlaceWords(): PlaceWords {
  const t = useT();
  return {
    page: (page) => t("sources.page", { page }),
    lines: (first, last) => (first === last ? t("sources.line", { line: first }) : t("sources.lines", { first, last })),
  };
}
