import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";

import { en } from "./en";
import { formatsOf, type Formats } from "./formats";
import { browserLanguage, fill, isLanguage, type Catalogue, type Catalogues, type Language, type Translate } from "./texts";
import { zhCN } from "./zh-CN";

const STORED = "colophon.language";
const texts: Catalogues<typeof en> = { en, "zh-CN": zhCN };

export type TextKey = keyof typeof en;

interface LanguageChoice {
  language: Language;
  formats: Formats;
  setLanguage(language: Language): void;
}

const LanguageContext = createContext<LanguageChoice | null>(null);

function firstLanguage(): Language {
  const stored = localStorage.getItem(STORED);
  return isLanguage(stored) ? stored : browserLanguage(navigator.languages);
}

export function LanguageProvider({ children, initial }: { children: ReactNode; initial?: Language }) {
  const [language, choose] = useState<Language>(() => initial ?? firstLanguage());
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const setLanguage = useCallback((chosen: Language) => {
    localStorage.setItem(STORED, chosen);
    choose(chosen);
  }, []);
  const value = useMemo(
    () => ({ language, formats: formatsOf(language, navigator.languages), setLanguage }),
    [language, setLanguage],
  );
  return <LanguageContext value={value}>{children}</LanguageContext>;
}

export function useLanguage(): LanguageChoice {
  const choice = useContext(LanguageContext);
  if (!choice) throw new Error("useLanguage outside of LanguageProvider");
  return choice;
}

/** The texts of any catalogue, e.g. a lazily loaded page's own. */
export function useTexts<C extends Catalogue>(catalogues: Catalogues<C>): Translate<keyof C & string> {
  const { language } = useLanguage();
  return useCallback((key, values) => fill(language, catalogues[language][key], values), [language, catalogues]);
}

/** The texts of the main catalogue. */
export function useT(): Translate<TextKey> {
  return useTexts(texts);
}

export function useFormats(): Formats {
  return useLanguage().formats;
}
