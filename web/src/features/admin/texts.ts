import { en } from "@/i18n/admin/en";
import { zhCN } from "@/i18n/admin/zh-CN";
import { useTexts } from "@/i18n/provider";
import type { Translate } from "@/i18n/texts";

const texts = { en, "zh-CN": zhCN };

export type AdminKey = keyof typeof en;

/** The administration's own texts; they load with its pages. */
export function useAdminT(): Translate<AdminKey> {
  return useTexts<typeof en>(texts);
}
