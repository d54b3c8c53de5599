import { Link, useNavigate } from "@tanstack/react-router";
import { KeyRound, Keyboard, LogOut } from "lucide-react";
import { useState } from "react";

import type { Me } from "@/api/types";
import { cn } from "@/components/ui/class-names";
import { Menu, MenuChoice, MenuItem, MenuLink, MenuSeparator } from "@/components/ui/menu";
import { useToasts } from "@/components/ui/toast";
import { useSignOut } from "@/features/session/api/sign-out";
import { useTheme } from "@/hooks/use-theme";
import { useLanguage, useT } from "@/i18n/provider";
import type { Language } from "@/i18n/texts";

import { Shortcuts } from "./shortcuts";

const LANGUAGE_NAMES: readonly { value: Language; label: string; lang: string }[] = [
  { value: "en", label: "English", lang: "en" },
  { value: "zh-CN", label: "简体中文", lang: "zh-CN" },
];

export function UserMenu({ me, folded }: { me: Me; folded: boolean }) {
  const t = useT();
  const { language, setLanguage } = useLanguage();
  const [theme, setTheme] = useTheme();
  const [helping, setHelping] = useState(false);
  const navigate = useNavigate();
  const toasts = useToasts();
  const signOut = useSignOut();
  const themes = [
    { value: "light", label: t("app.theme.light") },
    { value: "dark", label: t("app.theme.dark") },
    { value: "system", label: t("app.theme.system") },
  ] as const;
  return (
    <div className={cn("w-full shrink-0 border-t border-line p-2", folded && "flex justify-center")}>
      <Menu
        align="start"
        side="top"
        trigger={
          <button
            type="button"
            className={cn("flex items-center gap-2.5 rounded-md text-left hover:bg-line/60", folded ? "p-1" : "w-full px-2 py-1.5")}
          >
            <span aria-hidden className="flex size-7 shrink-0 items-center justify-center rounded-full bg-accent-soft text-xs font-semibold text-accent">
              {initial(me.display_name)}
            </span>
            <span className="sr-only">{`${t("app.menu")}: `}</span>
            <span className={folded ? "sr-only" : "min-w-0 truncate text-sm"}>{me.display_name}</span>
          </button>
        }
      >
        <MenuLink>
          <Link to="/account">
            <KeyRound aria-hidden />
            {t("app.account")}
          </Link>
        </MenuLink>
        <MenuItem icon={<Keyboard aria-hidden />} onSelect={() => setHelping(true)}>
          {t("app.shortcuts")}
        </MenuItem>
        <MenuSeparator />
        <MenuChoice label={t("app.language")} value={language} options={LANGUAGE_NAMES} onChoose={setLanguage} />
        <MenuChoice label={t("app.theme")} value={theme} options={themes} onChoose={setTheme} />
        <MenuSeparator />
        <MenuItem
          icon={<LogOut aria-hidden />}
          onSelect={() => signOut.mutate(undefined, { onSuccess: () => void navigate({ to: "/signin" }), onError: toasts.showError })}
        >
          {t("app.signOut")}
        </MenuItem>
      </Menu>
      <Shortcuts open={helping} onOpen={setHelping} />
    </div>
  );
}

function initial(name: string): string {
  return [...name.trim()][0]?.toUpperCase() ?? "·";
}
