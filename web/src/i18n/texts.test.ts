import { describe, expect, test } from "vitest";

import { formatsOf } from "./formats";
import { browserLanguage, fill } from "./texts";

describe("a text", () => {
  test("takes the form of its count in English", () => {
    const text = { one: "{count} source", other: "{count} sources" };
    expect(fill("en", text, { count: 1 })).toBe("1 source");
    expect(fill("en", text, { count: 1200 })).toBe("1,200 sources");
  });

  test("keeps a placeholder that nobody filled, so that it is noticed", () => {
    expect(fill("en", "Hello {name}", {})).toBe("Hello {name}");
  });

  test("takes values as they are, whatever they hold", () => {
    expect(fill("en", "“{title}”", { title: "<b>$& {title}</b>" })).toBe("“<b>$& {title}</b>”");
  });
});

describe("the first language", () => {
  test("is the first that the browser prefers and we speak", () => {
    expect(browserLanguage(["de-DE", "zh-TW", "en"])).toBe("zh-CN");
    expect(browserLanguage(["en-GB", "zh"])).toBe("en");
    expect(browserLanguage(["de"])).toBe("en");
  });
});

describe("formats", () => {
  const now = new Date("2026-11-22T12:00:00Z");

  test("say how long ago in words, and the date after a week", () => {
    const { ago } = formatsOf("en");
    expect(ago("2026-11-22T11:59:30Z", now)).toBe("this minute");
    expect(ago("2026-11-22T09:00:00Z", now)).toBe("3 hours ago");
    expect(ago("2026-11-21T11:00:00Z", now)).toBe("yesterday");
    expect(ago("2026-10-01T11:00:00Z", now)).toBe("Oct 1, 2026");
    expect(formatsOf("zh-CN").ago("2026-11-22T09:00:00Z", now)).toBe("3小时前");
  });

  test("write dates as the reader's country does", () => {
    expect(formatsOf("en", ["zh-CN", "en-GB", "en"]).date("2026-10-01T11:00:00Z")).toBe("1 Oct 2026");
    expect(formatsOf("zh-CN", ["en-GB"]).date("2026-10-01T11:00:00Z")).toBe("2026年10月1日");
  });

  test("write sizes in the unit that fits", () => {
    const { bytes } = formatsOf("en");
    expect([0, 999, 482_113, 1_500_000].map(bytes)).toEqual(["0 bytes", "999 bytes", "482 kB", "1.5 MB"]);
  });
});
