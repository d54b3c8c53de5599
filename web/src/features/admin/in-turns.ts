export interface Outcome<T> {
  item: T;
  error: unknown;
}

/** Does `work` for all items, at most `atOnce` at the same time. Returns those that failed, with why. */
export async function inTurns<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<unknown>): Promise<Outcome<T>[]> {
  const failed: Outcome<T>[] = [];
  const waiting = [...items];
  const lane = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      try {
        await work(item);
      } catch (error) {
        failed.push({ item, error });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, lane));
  return failed;
}
