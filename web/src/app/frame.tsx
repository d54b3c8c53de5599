/** The frame of every signed-in page: a column at the left that folds to an icon bar, a drawer on phones. */
import { Link, useLocation } from "@tanstack/react-router";
import { Menu as MenuIcon, PanelLeftClose, PanelLeftOpen, Settings2, SquarePen, X } from "lucide-react";
import { useState, type ReactNode } from "react";

import type { Me } from "@/api/types";
import { Mark } from "@/components/brand";
import { IconButton } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { Dialog } from "@/components/ui/dialog";
import { Tooltip } from "@/components/ui/tooltip";
import { StatusLine } from "@/features/status/status-line";
import { useMedia } from "@/hooks/use-media";
import { useT } from "@/i18n/provider";

import { UserMenu } from "./user-menu";

const FOLDED = "colophon.folded";
const WIDE = "(min-width: 64rem)";

interface FrameProps {
  me: Me;
  /** What fills the column between the brand and the account. */
  nav: (state: { folded: boolean }) => ReactNode;
  children: ReactNode;
}

export function Frame({ me, nav, children }: FrameProps) {
  const t = useT();
  const wide = useMedia(WIDE);
  const [folded, setFolded] = useState(() => localStorage.getItem(FOLDED) === "yes");
  const fold = (next: boolean) => {
    localStorage.setItem(FOLDED, next ? "yes" : "no");
    setFolded(next);
  };
  return (
    <div className="flex min-h-dvh flex-col lg:flex-row print:block">
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-accent px-4 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {t("app.skip")}
      </a>
      {wide ? (
        <Column me={me} folded={folded} onFold={fold}>
          {nav({ folded })}
        </Column>
      ) : (
        <PhoneBar me={me}>{nav({ folded: false })}</PhoneBar>
      )}
      <div className="flex min-w-0 grow flex-col">
        <StatusLine />
        <main id="content" tabIndex={-1} className="flex min-w-0 grow flex-col outline-none">
          {children}
        </main>
      </div>
    </div>
  );
}

function Column({ me, folded, onFold, children }: { me: Me; folded: boolean; onFold: (folded: boolean) => void; children: ReactNode }) {
  const t = useT();
  return (
    <aside
      className={cn(
        "sticky top-0 flex h-dvh shrink-0 flex-col border-r border-line bg-sunken print:hidden",
        folded ? "w-14 items-center" : "w-68",
      )}
    >
      <header className={cn("flex shrink-0 items-center gap-2.5 pt-3 pb-2", folded ? "flex-col" : "pr-3 pl-4")}>
        <Home folded={folded} />
        <IconButton
          label={t(folded ? "history.expand" : "history.collapse")}
          icon={folded ? <PanelLeftOpen aria-hidden /> : <PanelLeftClose aria-hidden />}
          aria-expanded={!folded}
          onClick={() => onFold(!folded)}
          className={folded ? "" : "ml-auto"}
        />
      </header>
      <NewQuestion folded={folded} />
      <div className="flex min-h-0 w-full grow flex-col">{children}</div>
      {me.role === "admin" && <AdminLink folded={folded} />}
      <UserMenu me={me} folded={folded} />
    </aside>
  );
}

function Home({ folded }: { folded: boolean }) {
  const t = useT();
  return (
    <Link to="/" aria-label={folded ? t("app.name") : undefined} className="flex items-center gap-2.5 rounded-md font-semibold tracking-tight">
      <Mark className="size-7" />
      {!folded && t("app.name")}
    </Link>
  );
}

function NewQuestion({ folded }: { folded: boolean }) {
  const t = useT();
  if (folded) {
    return (
      <Tooltip text={t("history.new")}>
        <Link
          to="/"
          aria-label={t("history.new")}
          className="flex size-8 items-center justify-center rounded-md text-muted hover:bg-line/60 hover:text-ink [&_svg]:size-4"
        >
          <SquarePen aria-hidden />
        </Link>
      </Tooltip>
    );
  }
  return (
    <div className="px-3 pt-1 pb-2">
      <Link
        to="/"
        className="flex h-9 items-center gap-2.5 rounded-md border border-line bg-surface px-3 text-sm font-medium hover:border-line-strong [&_svg]:size-4 [&_svg]:text-muted"
      >
        <SquarePen aria-hidden />
        {t("history.new")}
      </Link>
    </div>
  );
}

function AdminLink({ folded }: { folded: boolean }) {
  const t = useT();
  const look =
    "flex items-center gap-2.5 rounded-md text-sm text-muted hover:bg-line/60 hover:text-ink aria-[current=page]:text-ink [&_svg]:size-4";
  if (folded) {
    return (
      <Tooltip text={t("app.admin")}>
        <Link to="/admin" aria-label={t("app.admin")} className={cn(look, "mb-2 size-8 justify-center")}>
          <Settings2 aria-hidden />
        </Link>
      </Tooltip>
    );
  }
  return (
    <div className="shrink-0 px-2 pb-2">
      <Link to="/admin" className={cn(look, "h-9 px-2")}>
        <Settings2 aria-hidden />
        {t("app.admin")}
      </Link>
    </div>
  );
}

function PhoneBar({ me, children }: { me: Me; children: ReactNode }) {
  const t = useT();
  const { href } = useLocation();
  // The drawer belongs to the page it was opened on, so that going elsewhere closes it; so does a link to where one is.
  const [openAt, setOpenAt] = useState<string | null>(null);
  return (
    <header className="sticky top-0 z-20 flex h-13 shrink-0 items-center gap-1 border-b border-line bg-paper px-2 print:hidden">
      <IconButton size="medium" label={t("app.openMenu")} icon={<MenuIcon aria-hidden />} onClick={() => setOpenAt(href)} />
      <Home folded={false} />
      <Link
        to="/"
        aria-label={t("history.new")}
        className="ml-auto flex size-10 items-center justify-center rounded-md text-muted hover:bg-sunken [&_svg]:size-5"
      >
        <SquarePen aria-hidden />
      </Link>
      {openAt === href && (
        <Dialog bare place="left" title={t("app.mainNavigation")} onClose={() => setOpenAt(null)} className="bg-sunken">
          <div className="flex h-full flex-col" onClick={({ target }) => target instanceof Element && target.closest("a") && setOpenAt(null)}>
            <div className="flex shrink-0 items-center gap-2.5 pt-2 pr-2 pb-1 pl-4">
              <Home folded={false} />
              <IconButton size="medium" label={t("common.close")} icon={<X aria-hidden />} onClick={() => setOpenAt(null)} className="ml-auto" />
            </div>
            <NewQuestion folded={false} />
            <div className="flex min-h-0 grow flex-col">{children}</div>
            {me.role === "admin" && <AdminLink folded={false} />}
            <UserMenu me={me} folded={false} />
          </div>
        </Dialog>
      )}
    </header>
  );
}
