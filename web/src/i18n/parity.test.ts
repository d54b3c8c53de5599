import { describe, expect, test } from "vitest";

import type { Catalogue, Text } from "./texts";

const modules = import.meta.glob<Record<string, Catalogue>>("./**/{en,zh-CN}.ts", { eager: true });

function catalogueAt(path: string): Catalogue {
  const [catalogue, ...more] = Object.values(modules[path] ?? {});
  if (!catalogue || more.length > 0) throw new Error(`${path} exports not exactly one catalogue`);
  return catalogue;
}

function placeholders(text: Text): string[] {
  const forms = typeof text === "string" ? [text] : [text.one, text.other];
  return [...new Set(forms.flatMap((form) => form.match(/\{\w+\}/g) ?? []))].sort();
}

const english = Object.keys(modules).filter((path) => path.endsWith("/en.ts"));

test("there is at least the main catalogue", () => {
  expect(english).toContain("./en.ts");
});

describe.each(english)("%s and its Chinese pair", (path) => {
  const en = catalogueAt(path);
  const zh = catalogueAt(path.replace(/en\.ts$/, "zh-CN.ts"));

  test("have the same keys", () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
  });

  test("have the same placeholders in each text", () => {
    for (const [key, text] of Object.entries(en)) {
      expect(placeholders(zh[key] ?? ""), key).toEqual(placeholders(text));
    }
  });

  test("have no empty text", () => {
    for (const [key, text] of [...Object.entries(en), ...Object.entries(zh)]) {
      expect(typeof text === "string" ? text.trim() : text.one && text.other, key).not.toBe("");
    }
  });
});
