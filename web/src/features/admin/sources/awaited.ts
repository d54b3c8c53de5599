import type { Source } from "../api/shapes";

/** The sources whose sync was asked for on this page, with the id of the run that was the last one then. */
export type Asked = ReadonlyMap<string, string | null>;

/** Whether a run is under way, or was asked for and has not begun yet. */
export function awaited(source: Source, asked: Asked): boolean {
  const { last_run: last } = source;
  if (last && !last.finished_at) return true;
  return asked.has(source.id) && asked.get(source.id) === (last?.id ?? null);
}
