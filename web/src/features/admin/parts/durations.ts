import type { Language } from "@/i18n/texts";

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Seconds as people say them: "0.4 s", "40 s", "6 min, 40 s", "2 h, 5 min". */
export function durationOf(language: Language, seconds: number): string {
  const unit = (name: string, value: number, digits = 0) =>
    new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: digits }).format(value);
  const list = new Intl.ListFormat(language, { type: "unit", style: "short" });
  const whole = Math.round(Math.max(0, seconds));
  if (seconds < 10) return unit("second", Math.max(0, seconds), 1);
  if (whole < MINUTE) return unit("second", whole);
  if (whole < HOUR) return list.format([unit("minute", Math.floor(whole / MINUTE)), ...(whole % MINUTE ? [unit("second", whole % MINUTE)] : [])]);
  const minutes = Math.floor((whole % HOUR) / MINUTE);
  return list.format([unit("hour", Math.floor(whole / HOUR)), ...(minutes ? [unit("minute", minutes)] : [])]);
}

/** Seconds between two instants; up to `now` when there is no end yet. */
export function secondsBetween(start: string, end: string | null, now: Date): number {
  return ((end ? new Date(end) : now).getTime() - new Date(start).getTime()) / 1000;
}
