import { useQuery } from "@tanstack/react-query";
import { SlidersHorizontal, X } from "lucide-react";
import { Popover } from "radix-ui";
import type { ReactNode } from "react";

import type { Facets } from "@/api/types";
import { Button } from "@/components/ui/button";
import { Checkbox, Input } from "@/components/ui/input";
import { useLayer } from "@/components/ui/layer";
import { useFormats, useT } from "@/i18n/provider";

import { facetsQuery } from "./api/get-facets";
import { useFilterName } from "./filter-names";
import { GROUPS, isFiltered, toggled, withDay, type Day, type Filters, type Group } from "./filters";

interface FiltersProps {
  /** The knowledge bases that are searched; null: all. */
  knowledgeBaseIds: readonly string[] | null;
  filters: Filters;
  onFilters: (filters: Filters) => void;
}

const DAYS = ["since", "until"] as const;

/** A quiet button that opens what documents can be filtered by. Where there is nothing to choose, it is not there. */
export function FiltersMenu({ knowledgeBaseIds, filters, onFilters, side }: FiltersProps & { side: "top" | "bottom" }) {
  const t = useT();
  const layer = useLayer();
  const { data } = useQuery(facetsQuery(knowledgeBaseIds));
  if (!isFiltered(filters) && (!data || data.kinds.length === 0)) return null;
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button look="quiet" size="small" className="font-normal">
          <SlidersHorizontal aria-hidden className="size-4" />
          {t("filters.title")}
        </Button>
      </Popover.Trigger>
      <Popover.Portal container={layer}>
        <Popover.Content
          side={side}
          align="start"
          sideOffset={6}
          collisionPadding={8}
          aria-label={t("filters.title")}
          className="z-40 max-h-[min(32rem,var(--radix-popover-content-available-height))] w-[min(22rem,calc(100vw-1rem))] animate-appear overflow-y-auto rounded-lg border border-line bg-surface p-4 shadow-lift outline-none"
        >
          <p className="mb-3 text-sm text-muted">{t("filters.hint")}</p>
          <div className="space-y-4">
            {GROUPS.map((group) => (
              <FilterGroup key={group} group={group} facets={data} filters={filters} onFilters={onFilters} />
            ))}
            <Section label={t("filters.changed")}>
              <div className="grid grid-cols-2 gap-2">
                {DAYS.map((which) => (
                  <DayField key={which} which={which} filters={filters} onFilters={onFilters} />
                ))}
              </div>
            </Section>
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Section({ label, children }: { label: string; children: ReactNode }) {
  return (
    <fieldset>
      <legend className="mb-1.5 text-xs font-medium text-faint">{label}</legend>
      {children}
    </fieldset>
  );
}

interface FilterGroupProps {
  group: Group;
  facets: Facets | undefined;
  filters: Filters;
  onFilters: (filters: Filters) => void;
}

/** What is set stays in sight when nothing of it is there any more, so that it can be taken away. */
function FilterGroup({ group, facets, filters, onFilters }: FilterGroupProps) {
  const t = useT();
  const formats = useFormats();
  const nameOf = useFilterName(facets);
  const set = filters[group] ?? [];
  const known = facets ? countsOf(facets, group) : [];
  const gone = set.filter((value) => !known.some((one) => one.value === value)).map((value) => ({ value, documents: 0 }));
  const shown = [...known, ...gone];
  if (shown.length === 0) return null;
  return (
    <Section label={t(`filters.${group}`)}>
      <div className="max-h-44 space-y-0.5 overflow-y-auto">
        {shown.map(({ value, documents }) => (
          <Checkbox
            key={value}
            checked={set.includes(value)}
            onChange={() => onFilters(toggled(filters, group, value))}
            label={
              <span className="[overflow-wrap:anywhere]">
                {nameOf(group, value)} <span className="figures text-faint">{formats.number(documents)}</span>
              </span>
            }
          />
        ))}
      </div>
    </Section>
  );
}

function countsOf(facets: Facets, group: Group): readonly { value: string; documents: number }[] {
  if (group !== "sources") return facets[group];
  return facets.sources.map(({ id, documents }) => ({ value: id, documents }));
}

function DayField({ which, filters, onFilters }: { which: Day; filters: Filters; onFilters: (filters: Filters) => void }) {
  const t = useT();
  const [min, max] = which === "since" ? [undefined, filters.until] : [filters.since, undefined];
  return (
    <label className="text-sm">
      <span className="mb-1 block text-muted">{t(`filters.${which}`)}</span>
      <Input
        type="date"
        min={min}
        max={max}
        value={filters[which] ?? ""}
        onChange={(event) => onFilters(withDay(filters, which, event.target.value))}
        className="h-9 px-2 text-sm"
      />
    </label>
  );
}

/** What is set, each with a button that takes it away. */
export function FilterChips({ knowledgeBaseIds, filters, onFilters }: FiltersProps) {
  const t = useT();
  const { data } = useQuery(facetsQuery(knowledgeBaseIds));
  const nameOf = useFilterName(data);
  if (!isFiltered(filters)) return null;
  const chips = GROUPS.flatMap((group) =>
    (filters[group] ?? []).map((value) => ({
      key: `${group} ${value}`,
      name: nameOf(group, value),
      without: () => toggled(filters, group, value),
    })),
  );
  const days = DAYS.flatMap((which) => {
    const day = filters[which];
    return day ? [{ key: which, name: `${t(`filters.${which}`)} ${day}`, without: () => withDay(filters, which, "") }] : [];
  });
  return (
    <ul aria-label={t("filters.set")} className="flex min-w-0 flex-wrap items-center gap-1.5">
      {[...chips, ...days].map(({ key, name, without }) => (
        <li key={key} className="flex h-8 max-w-full items-center rounded-full bg-accent-soft pl-3 text-sm text-accent">
          <span className="truncate">{name}</span>
          <button
            type="button"
            aria-label={t("filters.remove", { name })}
            onClick={(event) => {
              // The pressed button goes: whoever uses a keyboard stays among the filters.
              const chip = event.currentTarget.closest("li");
              const next = chip?.nextElementSibling ?? chip?.previousElementSibling;
              next?.querySelector("button")?.focus();
              onFilters(without());
            }}
            className="flex size-8 shrink-0 items-center justify-center rounded-full hover:text-accent-strong [&_svg]:size-3.5"
          >
            <X aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  );
}
