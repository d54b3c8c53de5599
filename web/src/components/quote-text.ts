/** Quotes as they are read: a table's rows are cells, not the bars of their Markdown. */

const RULE_CELL = /^:?-{2,}:?$/;
const BULLET = /^[•▪◦‣●]\s+/;
const SPACE_IN_LINE = /[^\S\n]+/g;

function isRow(line: string): boolean {
  return (line.startsWith("|") || line.endsWith("|")) && line.split("|").length > 2;
}

function cellsOf(row: string): string {
  const cells = row.split(/(?<!\\)\|/).map((cell) => cell.replaceAll("\\|", "|").trim());
  return cells.filter((cell) => cell !== "" && !RULE_CELL.test(cell)).join(" · ");
}

/**
 * For display only: the Reader looks for the raw quote in its document. Each row of a table stands on a line of its own,
 * the lines of running text are joined.
 */
export function quoteText(quote: string): string {
  let text = "";
  let afterRow = false;
  for (const line of quote.split("\n").map((raw) => raw.trim())) {
    const row = isRow(line);
    const shown = row ? cellsOf(line) : line.replace(BULLET, "");
    if (shown === "") continue;
    if (text !== "") text += row || afterRow ? "\n" : " ";
    text += shown;
    afterRow = row;
  }
  return text.replace(SPACE_IN_LINE, " ");
}

/** A passage as it is searched, line by line: for display only, as above. */
export function passageText(passage: string): string {
  const lines = passage.split("\n").flatMap((line) => {
    if (!isRow(line.trim())) return [line];
    const cells = cellsOf(line.trim());
    return cells === "" ? [] : [cells];
  });
  return lines.join("\n").trim();
}
