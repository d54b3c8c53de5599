import { useMemo } from "react";
import Markdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";

import { cn } from "@/components/ui/class-names";

const PLUGINS = [remarkGfm];
const ALLOWED = ["table", "thead", "tbody", "tr", "th", "td", "p", "strong", "em", "code", "del", "br"];

/** A table that is Markdown in the document. No HTML, link or image of it is ever made: only cells and their emphasis. */
export function MarkdownTable({ text, marked }: { text: string; marked: ReadonlySet<number> }) {
  const components = useMemo<Components>(
    () => ({
      table: ({ children }) => <table className="min-w-full border-collapse text-sm leading-snug">{children}</table>,
      tr: ({ node, children }) => (
        <tr className={cn("border-b border-line", marked.has(node?.position?.start.line ?? 0) && "bg-mark")}>{children}</tr>
      ),
      th: ({ children }) => <th className="border-b border-line-strong px-3 py-1.5 text-left font-semibold first:pl-0">{children}</th>,
      td: ({ children }) => <td className="min-w-24 px-3 py-1.5 align-top first:pl-0">{children}</td>,
    }),
    [marked],
  );
  return (
    <Markdown remarkPlugins={PLUGINS} allowedElements={ALLOWED} unwrapDisallowed skipHtml components={components}>
      {text}
    </Markdown>
  );
}
