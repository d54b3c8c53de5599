import { en as answers } from "@/i18n/admin/answers/en";
import { zhCN as answersZh } from "@/i18n/admin/answers/zh-CN";
import { en as library } from "@/i18n/admin/en";
import { en as following } from "@/i18n/admin/following/en";
import { zhCN as followingZh } from "@/i18n/admin/following/zh-CN";
import { en as keeping } from "@/i18n/admin/keeping/en";
import { zhCN as keepingZh } from "@/i18n/admin/keeping/zh-CN";
import { en as people } from "@/i18n/admin/people/en";
import { zhCN as peopleZh } from "@/i18n/admin/people/zh-CN";
import { en as reasons } from "@/i18n/admin/reasons/en";
import { zhCN as reasonsZh } from "@/i18n/admin/reasons/zh-CN";
import { en as quality } from "@/i18n/admin/quality/en";
import { zhCN as qualityZh } from "@/i18n/admin/quality/zh-CN";
import { zhCN as libraryZh } from "@/i18n/admin/zh-CN";
import { useTexts } from "@/i18n/provider";
import type { Translate } from "@/i18n/texts";

const en = { ...library, ...following, ...keeping, ...people, ...reasons, ...quality, ...answers };
const texts = { en, "zh-CN": { ...libraryZh, ...followingZh, ...keepingZh, ...peopleZh, ...reasonsZh, ...qualityZh, ...answersZh } };

export type AdminKey = keyof typeof en;

/** The administration's own texts; they load with its pages. */
export function useAdminT(): Translate<AdminKey> {
  return useTexts<typeof en>(texts);
}
