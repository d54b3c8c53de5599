import { ChevronDown, Library } from "lucide-react";

import type { KnowledgeBase } from "@/api/types";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { Menu, MenuCheck } from "@/components/ui/menu";
import { useT } from "@/i18n/provider";

import type { SearchIn } from "./use-search-in";

interface ChoiceProps {
  readable: readonly KnowledgeBase[];
  searchIn: SearchIn;
}

/** All of them as small toggles, under the empty question field. */
export function KnowledgeBaseToggles({ readable, searchIn }: ChoiceProps) {
  const t = useT();
  if (readable.length < 2) return null;
  return (
    <div role="group" aria-label={t("ask.knowledgeBases")} className="flex flex-wrap items-center gap-2">
      <Toggle pressed={searchIn.ids === null} onPress={searchIn.all}>
        {t("ask.allKnowledgeBases")}
      </Toggle>
      {readable.map((knowledgeBase) => (
        <Toggle
          key={knowledgeBase.id}
          pressed={searchIn.ids !== null && searchIn.isOn(knowledgeBase.id)}
          onPress={() => searchIn.toggle(knowledgeBase.id)}
          title={[knowledgeBase.description, t("ask.documents", { count: knowledgeBase.documents })].filter(Boolean).join(" · ")}
        >
          {knowledgeBase.name}
        </Toggle>
      ))}
    </div>
  );
}

function Toggle({ pressed, onPress, title, children }: { pressed: boolean; onPress: () => void; title?: string; children: string }) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      title={title}
      onClick={onPress}
      className={cn(
        "h-8 max-w-full truncate rounded-full border px-3.5 text-sm transition-colors",
        pressed ? "border-accent bg-accent-soft font-medium text-accent" : "border-line-strong/60 text-muted hover:border-line-strong hover:text-ink",
      )}
    >
      {children}
    </button>
  );
}

/** The same choice folded into a menu, for the follow-up field. */
export function KnowledgeBaseMenu({ readable, searchIn }: ChoiceProps) {
  const t = useT();
  if (readable.length < 2) return null;
  const names = readable.filter(({ id }) => searchIn.ids?.includes(id)).map(({ name }) => name);
  return (
    <Menu
      align="start"
      side="top"
      trigger={
        <Button look="quiet" size="small" className="min-w-0 shrink font-normal">
          <Library aria-hidden className="size-4 shrink-0" />
          <span className="sr-only">{`${t("ask.knowledgeBases")}: `}</span>
          <span className="truncate">{names.length > 0 ? names.join(", ") : t("ask.allKnowledgeBases")}</span>
          <ChevronDown aria-hidden className="size-3.5 shrink-0" />
        </Button>
      }
    >
      <MenuCheck checked={searchIn.ids === null} onToggle={searchIn.all}>
        {t("ask.allKnowledgeBases")}
      </MenuCheck>
      {readable.map(({ id, name }) => (
        <MenuCheck key={id} checked={searchIn.ids !== null && searchIn.isOn(id)} onToggle={() => searchIn.toggle(id)}>
          {name}
        </MenuCheck>
      ))}
    </Menu>
  );
}
