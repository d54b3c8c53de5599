import { expect, test } from "vitest";

import { en as answers } from "@/i18n/admin/answers/en";
import { en as following } from "@/i18n/admin/following/en";
import { en as keeping } from "@/i18n/admin/keeping/en";
import { en as library } from "@/i18n/admin/en";
import { en as quality } from "@/i18n/admin/quality/en";
import { en } from "@/i18n/en";
import { formatsOf } from "@/i18n/formats";
import { fill, type Catalogue } from "@/i18n/texts";

import { detailText, type Words } from "./detail-words";

const texts: Catalogue = { ...en, ...library, ...following, ...keeping, ...quality, ...answers };
const say = (key: string) => fill("en", texts[key] ?? `no text for ${key}`);
const words: Words = { t: say, admin: say, formats: formatsOf("en") };

test("the server's words are said in the reader's, on both sides of a change", () => {
  expect(detailText("checking", "strict → marked", words)).toBe("withheld → shown, marked");
  expect(detailText("refuse_below", "0.5 → 0.62", words)).toBe("50% → 62%");
  expect(detailText("may_leave", "never → when busy", words)).toBe("never → when ours is busy");
  expect(detailText("reason", "slow", words)).toBe("our model had a long queue");
  expect(detailText("role", "employee", words)).toBe("Employee");
  expect(detailText("kind", "s3", words)).toBe("S3 bucket");
  expect(detailText("configuration", "keywords", words)).toBe("Words alone");
});

test("names stay as people gave them", () => {
  expect(detailText("name", "strict → manual", words)).toBe("strict → manual");
  expect(detailText("added", "model, policy", words)).toBe("model, policy");
});
