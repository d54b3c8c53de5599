/** Texts: one catalogue per language, checked against each other by the compiler and by a test. */

export const LANGUAGES = ["en", "zh-CN"] as const;
export type Language = (typeof LANGUAGES)[number];

/** A text, or its forms by count: `{count}` picks the form. */
export type Text = string | { readonly one: string; readonly other: string };
export type Catalogue = Readonly<Record<string, Text>>;

/** The same keys in another language. */
export type SameKeys<C extends Catalogue> = { readonly [K in keyof C]: Text };
export type Catalogues<C extends Catalogue> = Readonly<Record<Language, SameKeys<C>>>;

export type Values = Readonly<Record<string, string | number>>;
export type Translate<K extends string> = (key: K, values?: Values) => string;

const pluralRules: Record<Language, Intl.PluralRules> = {
  en: new Intl.PluralRules("en"),
  "zh-CN": new Intl.PluralRules("zh-CN"),
};
const numbers: Record<Language, Intl.NumberFormat> = {
  en: new Intl.NumberFormat("en"),
  "zh-CN": new Intl.NumberFormat("zh-CN"),
};

/** The text in this language with `{name}` replaced; numbers are written as the language writes them. */
export function fill(language: Language, text: Text, values: Values = {}): string {
  let form: string;
  if (typeof text === "string") form = text;
  else form = pluralRules[language].select(Number(values.count ?? 0)) === "one" ? text.one : text.other;
  return form.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = values[name];
    if (value === undefined) return placeholder;
    return typeof value === "number" ? numbers[language].format(value) : value;
  });
}

export function isLanguage(value: unknown): value is Language {
  return LANGUAGES.some((language) => language === value);
}

export function browserLanguage(preferred: readonly string[]): Language {
  const first = preferred.find((tag) => /^(zh|en)\b/i.test(tag));
  return first?.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
}
