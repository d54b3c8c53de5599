import type { Translate } from "@/i18n/texts";

import type { AdminKey } from "../texts";

export const ORDERS = ["live", "keywords", "meaning", "fused"] as const;
export type Order = (typeof ORDERS)[number];

/** "fused candidates=20" of the server in words. */
export function wayText(configuration: string, t: Translate<AdminKey>): string {
  const words = configuration.split(" ").map((part) => {
    const order = ORDERS.find((known) => known === part);
    if (order) return t(`goldenWay.${order}`);
    const [name, count] = part.split("=");
    return name === "candidates" && count ? t("goldenWay.candidates", { count }) : part;
  });
  return words.join(" · ");
}

export const isLive = ({ configuration }: { configuration: string }) => configuration === "live";
