/** Dates, numbers and sizes, through Intl. */
import type { Language } from "./texts";

export interface Formats {
  date(iso: string): string;
  dateTime(iso: string): string;
  /** "3 hours ago", "昨天"; a date when it is more than a week away. */
  ago(iso: string, now: Date): string;
  number(value: number, digits?: number): string;
  percent(share: number): string;
  /** "Ada, Bo or Li", "Ada、Bo或Li". */
  oneOf(names: readonly string[]): string;
  /** 482113 → "482 kB". */
  bytes(size: number): string;
  /** 12.4 → "12s". */
  seconds(value: number): string;
}

const BYTE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** As the browser's own country writes them, where it speaks this language: 22 Nov 2026 in Britain, Nov 22, 2026 in America. */
export function formatsOf(language: Language, preferred: readonly string[] = []): Formats {
  const locale = preferred.find((tag) => tag.startsWith(`${language}-`)) ?? language;
  const date = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const list = new Intl.ListFormat(locale, { type: "disjunction" });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
  const unit = (name: string, digits: number, unitDisplay: "long" | "short" | "narrow" = "short") =>
    new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay, maximumFractionDigits: digits });

  return {
    date: (iso) => date.format(new Date(iso)),
    dateTime: (iso) => dateTime.format(new Date(iso)),
    ago(iso, now) {
      const seconds = (new Date(iso).getTime() - now.getTime()) / 1000;
      const distance = Math.abs(seconds);
      if (distance < MINUTE) return relative.format(0, "minute");
      if (distance < HOUR) return relative.format(Math.trunc(seconds / MINUTE), "minute");
      if (distance < DAY) return relative.format(Math.trunc(seconds / HOUR), "hour");
      if (distance < 7 * DAY) return relative.format(Math.trunc(seconds / DAY), "day");
      return date.format(new Date(iso));
    },
    number: (value, digits = 0) =>
      new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value),
    oneOf: (names) => list.format(names),
    percent: (share) => percent.format(share),
    bytes(size) {
      const step = size < 1 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(size) / 3));
      const value = size / 1000 ** step;
      // "654 byte" is what the short form makes of it.
      return unit(BYTE_UNITS[step] ?? "byte", step > 0 && value < 10 ? 1 : 0, step === 0 ? "long" : "short").format(value);
    },
    seconds: (value) => unit("second", value < 10 ? 1 : 0, "narrow").format(value),
  };
}
