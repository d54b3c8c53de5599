import { Link, useLocation } from "@tanstack/react-router";
import { Bell, FileQuestion, Library, ListChecks, ScrollText, Users } from "lucide-react";

import { cn } from "@/components/ui/class-names";
import { Tooltip } from "@/components/ui/tooltip";

import { useAdminT } from "./texts";

const PAGES = [
  { to: "/admin/knowledge-bases", text: "nav.knowledgeBases", Icon: Library },
  { to: "/admin/why", text: "nav.why", Icon: FileQuestion },
  { to: "/admin/jobs", text: "nav.jobs", Icon: ListChecks },
  { to: "/admin/alerts", text: "nav.alerts", Icon: Bell },
  { to: "/admin/people", text: "nav.people", Icon: Users },
  { to: "/admin/audit", text: "nav.audit", Icon: ScrollText },
] as const;

const LOOK = cn(
  "flex items-center rounded-md text-sm text-muted hover:bg-line/60 hover:text-ink [&_svg]:size-4 [&_svg]:shrink-0",
  "aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium aria-[current=page]:text-accent",
);

export function AdminNav({ folded }: { folded: boolean }) {
  const t = useAdminT();
  const { pathname } = useLocation();
  // A document has its own address, but belongs to a knowledge base.
  const inDocument = pathname.startsWith("/admin/documents/");
  return (
    <nav aria-label={t("nav.label")} className={cn("flex flex-col gap-0.5 overflow-y-auto py-2", folded ? "items-center" : "px-3")}>
      {!folded && <h2 className="px-3 pt-2 pb-1 text-xs font-medium text-faint">{t("nav.label")}</h2>}
      {PAGES.map(({ to, text, Icon }) => {
        const current = inDocument && to === "/admin/knowledge-bases" ? ({ "aria-current": "page" } as const) : {};
        return folded ? (
          <Tooltip key={to} text={t(text)}>
            <Link to={to} {...current} aria-label={t(text)} className={cn(LOOK, "size-8 justify-center")}>
              <Icon aria-hidden />
            </Link>
          </Tooltip>
        ) : (
          <Link key={to} to={to} {...current} className={cn(LOOK, "h-9 gap-2.5 px-3")}>
            <Icon aria-hidden />
            {t(text)}
          </Link>
        );
      })}
    </nav>
  );
}
