/** Lines over time, drawn small. Its figures are also told in words; beside it stands a table that has them all. */
import { useFormats } from "@/i18n/provider";

import { cn } from "./class-names";

export interface TrendLine {
  name: string;
  /** One a moment, oldest first; null where it was not measured. */
  values: readonly (number | null)[];
  /** Told apart by its dashes, not by its colour alone. */
  dashed?: boolean;
}

interface TrendChartProps {
  title: string;
  lines: readonly TrendLine[];
  /** Of each value, ISO. */
  moments: readonly string[];
  /** The upper edge; the lower one is 0. */
  max: number;
  format: (value: number) => string;
  /** "recall: first 80 %, last 90 %". */
  said: (line: string, first: string, last: string) => string;
}

export function TrendChart({ title, lines, moments, max, format, said }: TrendChartProps) {
  const formats = useFormats();
  const drawn = lines.filter(({ values }) => values.some((value) => value !== null));
  const words = drawn.map(({ name, values }) => {
    const known = values.filter((value) => value !== null);
    return said(name, format(known[0] ?? 0), format(known.at(-1) ?? 0));
  });
  const [first, last] = [moments[0], moments.at(-1)];
  const sameDay = first && last && formats.date(first) === formats.date(last);
  const moment = sameDay ? formats.dateTime : formats.date;
  return (
    <figure className="min-w-0 rounded-lg border border-line bg-surface px-4 py-3">
      <figcaption className="mb-2 text-sm font-medium">{title}</figcaption>
      <div className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2 text-xs text-faint">
        <div aria-hidden className="figures flex h-32 flex-col justify-between text-right">
          <span>{format(max)}</span>
          <span>{format(max / 2)}</span>
          <span>{format(0)}</span>
        </div>
        <svg role="img" aria-label={[title, ...words].join(". ")} viewBox="0 0 100 100" preserveAspectRatio="none" className="h-32 w-full overflow-visible py-1.5">
          {[0, 50, 100].map((y) => (
            <line key={y} x1="0" x2="100" y1={y} y2={y} vectorEffect="non-scaling-stroke" className="stroke-line" />
          ))}
          {drawn.map((line) => (
            <Line key={line.name} line={line} max={max} />
          ))}
        </svg>
        <div aria-hidden className="col-start-2 mt-1 flex justify-between gap-3">
          <span>{first && moment(first)}</span>
          <span className="text-right">{last && last !== first && moment(last)}</span>
        </div>
      </div>
      <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted">
        {drawn.map(({ name, dashed }) => (
          <li key={name} className="flex items-center gap-1.5">
            <svg aria-hidden viewBox="0 0 20 4" className="h-1 w-5">
              <line x1="0" x2="20" y1="2" y2="2" strokeWidth="2" className={strokeOf(dashed)} />
            </svg>
            {name}
          </li>
        ))}
      </ul>
    </figure>
  );
}

function strokeOf(dashed = false): string {
  return cn("fill-none", dashed ? "stroke-muted [stroke-dasharray:4_3]" : "stroke-accent");
}

function Line({ line, max }: { line: TrendLine; max: number }) {
  const points = pointsOf(line.values, max);
  const path = points.map(({ x, y, starts }) => `${starts ? "M" : "L"}${x} ${y}`).join(" ");
  return (
    <>
      <path d={path} strokeWidth="2" strokeLinejoin="round" vectorEffect="non-scaling-stroke" className={strokeOf(line.dashed)} />
      {points.map(({ x, y }) => (
        // A line of no length with round ends is a dot that the stretched drawing does not make an ellipse.
        <path
          key={x}
          d={`M${x} ${y}h0`}
          strokeWidth="6"
          strokeLinecap="round"
          vectorEffect="non-scaling-stroke"
          className={line.dashed ? "stroke-muted" : "stroke-accent"}
        />
      ))}
    </>
  );
}

interface Point {
  x: number;
  y: number;
  /** Nothing was measured before it. */
  starts: boolean;
}

/** In the drawing's hundredths, y downwards. A single value stands in the middle. */
export function pointsOf(values: readonly (number | null)[], max: number): Point[] {
  const step = values.length > 1 ? 100 / (values.length - 1) : 0;
  return values.flatMap((value, index) => {
    if (value === null) return [];
    const x = values.length > 1 ? step * index : 50;
    const y = max > 0 ? 100 - (100 * Math.min(value, max)) / max : 100;
    return [{ x: round(x), y: round(y), starts: index === 0 || values[index - 1] === null }];
  });
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
