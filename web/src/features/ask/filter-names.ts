import type { Facets } from "@/api/types";
import { useLanguage, useT, type TextKey } from "@/i18n/provider";

import type { Group } from "./filters";

const KINDS: Readonly<Record<string, TextKey>> = {
  pdf: "filters.kind.pdf",
  word: "filters.kind.word",
  slides: "filters.kind.slides",
  sheet: "filters.kind.sheet",
  web: "filters.kind.web",
  mail: "filters.kind.mail",
  text: "filters.kind.text",
  image: "filters.kind.image",
};

/** What people call a filter: kinds and languages have names, a source has the one that the server gives. */
export function useFilterName(facets: Facets | undefined): (group: Group, value: string) => string {
  const t = useT();
  const { language } = useLanguage();
  const languages = new Intl.DisplayNames([language], { type: "language", fallback: "code" });
  return (group, value) => {
    if (group === "kinds") return KINDS[value] ? t(KINDS[value]) : value;
    if (group === "languages") return /^[a-z]{2,3}$/.test(value) ? (languages.of(value) ?? value) : value;
    if (group === "sources") return facets?.sources.find(({ id }) => id === value)?.name ?? t("filters.source");
    return value;
  };
}
