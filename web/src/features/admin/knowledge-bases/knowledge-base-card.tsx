import { Link } from "@tanstack/react-router";
import { Ellipsis, Pencil, Trash2, UserRound, Users } from "lucide-react";

import { IconButton } from "@/components/ui/button";
import { Menu, MenuItem } from "@/components/ui/menu";
import { useFormats, useT } from "@/i18n/provider";

import type { AdminKnowledgeBase } from "../api/shapes";
import { Ago } from "../parts/ago";
import { Fact } from "../parts/fact";
import { useAdminT } from "../texts";
import { HealthBadges, useReadersText } from "./knowledge-base-badges";

interface KnowledgeBaseCardProps {
  knowledgeBase: AdminKnowledgeBase;
  onEdit: () => void;
  onDelete: () => void;
}

export function KnowledgeBaseCard({ knowledgeBase, onEdit, onDelete }: KnowledgeBaseCardProps) {
  const t = useT();
  const admin = useAdminT();
  const formats = useFormats();
  const readers = useReadersText();
  const { id, name, description, maintainer, documents, chunks, size, updated_at } = knowledgeBase;
  return (
    <article className="relative flex h-full flex-col rounded-lg border border-line bg-surface p-5 transition-colors focus-within:border-line-strong hover:border-line-strong">
      <header className="flex items-start gap-2">
        <h2 className="min-w-0 grow text-base leading-snug font-semibold [overflow-wrap:anywhere]">
          <Link
            to="/admin/knowledge-bases/$knowledgeBaseId/documents"
            params={{ knowledgeBaseId: id }}
            className="after:absolute after:inset-0 after:rounded-lg"
          >
            {name}
          </Link>
        </h2>
        <div className="relative z-10 -mt-1 -mr-2">
          <Menu trigger={<IconButton label={admin("actions.for", { name })} icon={<Ellipsis aria-hidden />} />}>
            <MenuItem icon={<Pencil aria-hidden />} onSelect={onEdit}>
              {admin("actions.edit")}
            </MenuItem>
            <MenuItem danger icon={<Trash2 aria-hidden />} onSelect={onDelete}>
              {t("common.delete")}
            </MenuItem>
          </Menu>
        </div>
      </header>
      <p className="mt-1 line-clamp-2 min-h-[2lh] text-sm text-muted">{description || admin("kb.noDescription")}</p>
      <dl className="mt-4 grid grid-cols-3 gap-3">
        <Fact name={admin("kb.documents")}>{formats.number(documents)}</Fact>
        <Fact name={admin("kb.passages")}>{formats.number(chunks)}</Fact>
        <Fact name={admin("kb.size")}>{formats.bytes(size)}</Fact>
      </dl>
      <ul className="mt-4 space-y-1 text-sm text-muted [&_svg]:mt-[0.25em] [&_svg]:size-3.5 [&_svg]:shrink-0 [&_svg]:text-faint">
        <li className="flex gap-2">
          <Users aria-hidden />
          <span className="min-w-0 truncate">
            <span className="sr-only">{admin("kb.readers")}: </span>
            {readers(knowledgeBase)}
          </span>
        </li>
        <li className="flex gap-2">
          <UserRound aria-hidden />
          <span className="min-w-0 truncate">
            <span className="sr-only">{admin("kb.maintainer")}: </span>
            {maintainer || admin("kb.noMaintainer")}
          </span>
        </li>
      </ul>
      <footer className="mt-auto flex flex-wrap items-center gap-1.5 pt-4">
        <HealthBadges knowledgeBase={knowledgeBase} />
        <span className="ml-auto text-[0.8125rem] text-faint">
          <Ago at={updated_at} />
        </span>
      </footer>
    </article>
  );
}
