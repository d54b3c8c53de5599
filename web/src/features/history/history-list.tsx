import { useInfiniteQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { useDeferredValue, useState } from "react";

import type { Conversation } from "@/api/types";
import { Button } from "@/components/ui/button";
import { ErrorNote } from "@/components/ui/error-note";
import { useLayer } from "@/components/ui/layer";
import { useToasts } from "@/components/ui/toast";
import { Working } from "@/components/ui/working";
import { useT } from "@/i18n/provider";

import { useChangeConversation } from "./api/change-conversation";
import { useDeleteConversation, useRestoreConversation } from "./api/delete-conversation";
import { conversationsQuery } from "./api/get-conversations";
import { byAge } from "./by-age";
import { HistoryItem } from "./history-item";
import { RenameDialog } from "./rename-dialog";

interface HistoryListProps {
  /** Id of the conversation that is open. */
  current: string | null;
  onDeletedCurrent: () => void;
}

export function HistoryList({ current, onDeletedCurrent }: HistoryListProps) {
  const t = useT();
  const toasts = useToasts();
  const drawer = useLayer();
  const [query, setQuery] = useState("");
  const [renaming, setRenaming] = useState<Conversation | null>(null);
  const wanted = useDeferredValue(query.trim());
  const list = useInfiniteQuery(conversationsQuery(wanted));
  const change = useChangeConversation();
  const remove = useDeleteConversation();
  const restore = useRestoreConversation();
  const conversations = list.data?.pages.flatMap((page) => page.items) ?? [];
  const onDelete = (conversation: Conversation) =>
    remove.mutate(conversation.id, {
      onError: toasts.showError,
      onSuccess() {
        // A drawer would cover the offer to undo, and nothing behind it can be pressed.
        if (drawer instanceof HTMLDialogElement) drawer.close();
        if (conversation.id === current) onDeletedCurrent();
        toasts.show({
          text: t("history.deleted", { title: conversation.title }),
          action: {
            label: t("common.undo"),
            // By promise, as the list may be gone with its drawer by then.
            onPress: () =>
              void restore
                .mutateAsync(conversation.id)
                .then(() => toasts.show({ text: t("history.restored") }), toasts.showError),
          },
        });
      },
    });
  return (
    <section aria-label={t("history.title")} className="flex min-h-0 grow flex-col">
      <SearchField query={query} onQuery={setQuery} />
      <nav aria-label={t("history.title")} className="min-h-0 grow overflow-y-auto px-2 pb-4">
        {list.error && conversations.length === 0 && <ErrorNote error={list.error} onRetry={() => void list.refetch()} />}
        {list.isPending && <Working text={t("app.loading")} className="px-2" />}
        {list.data && conversations.length === 0 && (
          <p className="px-2 py-3 text-sm text-faint">{wanted ? t("history.noMatch", { query: wanted }) : t("history.empty")}</p>
        )}
        {byAge(conversations, new Date()).map((group) => (
          <section key={group.age} aria-label={t(`history.${group.age}`)} className="mt-3 first:mt-1">
            <h3 className="px-2 pb-1 text-xs font-medium text-faint">{t(`history.${group.age}`)}</h3>
            <ul>
              {group.conversations.map((conversation) => (
                <HistoryItem
                  key={conversation.id}
                  conversation={conversation}
                  onRename={() => setRenaming(conversation)}
                  onPin={() => change.mutate({ id: conversation.id, pinned: !conversation.pinned }, { onError: toasts.showError })}
                  onDelete={() => onDelete(conversation)}
                />
              ))}
            </ul>
          </section>
        ))}
        {list.hasNextPage && (
          <Button look="quiet" size="small" className="mt-2 w-full" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t("history.more")}
          </Button>
        )}
      </nav>
      {renaming && <RenameDialog conversation={renaming} onClose={() => setRenaming(null)} />}
    </section>
  );
}

function SearchField({ query, onQuery }: { query: string; onQuery: (query: string) => void }) {
  const t = useT();
  return (
    <div className="relative px-3 pb-2">
      <Search aria-hidden className="pointer-events-none absolute top-2.5 left-5.5 size-4 text-faint" />
      <input
        type="search"
        value={query}
        onChange={(event) => onQuery(event.target.value)}
        aria-label={t("history.search")}
        placeholder={t("history.search")}
        className="h-9 w-full rounded-md border border-transparent bg-transparent pr-2 pl-8.5 text-sm hover:bg-line/40 focus:border-line-strong focus:bg-surface focus:outline-none"
      />
    </div>
  );
}
