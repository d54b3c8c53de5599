import { Link } from "@tanstack/react-router";
import { Ellipsis, Pencil, Pin, PinOff, Trash2 } from "lucide-react";

import type { Conversation } from "@/api/types";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { useT } from "@/i18n/provider";

interface HistoryItemProps {
  conversation: Conversation;
  onRename: () => void;
  onPin: () => void;
  onDelete: () => void;
}

export function HistoryItem({ conversation, onRename, onPin, onDelete }: HistoryItemProps) {
  const t = useT();
  return (
    <li className="group relative">
      <Link
        to="/c/$conversationId"
        params={{ conversationId: conversation.id }}
        activeOptions={{ includeSearch: false }}
        className="block truncate rounded-md py-1.5 pr-8 pl-2 text-sm text-muted hover:bg-line/60 hover:text-ink aria-[current=page]:bg-line/70 aria-[current=page]:text-ink"
      >
        {conversation.title}
      </Link>
      <Menu
        align="start"
        trigger={
          <button
            type="button"
            aria-label={t("history.actions", { title: conversation.title })}
            className="absolute top-1/2 right-1 flex size-6 -translate-y-1/2 items-center justify-center rounded text-muted group-hover:opacity-100 hover:bg-line hover:text-ink focus-visible:opacity-100 aria-expanded:opacity-100 lg:opacity-0 [&_svg]:size-4"
          >
            <Ellipsis aria-hidden />
          </button>
        }
      >
        <MenuItem icon={<Pencil aria-hidden />} onSelect={onRename}>
          {t("history.rename")}
        </MenuItem>
        <MenuItem icon={conversation.pinned ? <PinOff aria-hidden /> : <Pin aria-hidden />} onSelect={onPin}>
          {t(conversation.pinned ? "history.unpin" : "history.pin")}
        </MenuItem>
        <MenuSeparator />
        <MenuItem danger icon={<Trash2 aria-hidden />} onSelect={onDelete}>
          {t("common.delete")}
        </MenuItem>
      </Menu>
    </li>
  );
}
