import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, type ReactNode } from "react";

import { keys } from "../api/keys";
import { sendFile } from "../api/send-file";
import { UploadContext } from "./upload-context";
import { UploadQueue } from "./upload-queue";

const REFRESH_MS = 1_000;

/** Holds the queue above the pages, so that uploads go on while one looks around. */
export function UploadProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [queue] = useState(() => new UploadQueue(sendFile));
  useEffect(() => {
    let accepted = 0;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const refresh = () => {
      timer = null;
      void queries.invalidateQueries({ queryKey: ["admin", "documents"] });
      void queries.invalidateQueries({ queryKey: keys.knowledgeBases });
      void queries.invalidateQueries({ queryKey: keys.jobs });
    };
    const stop = queue.subscribe(() => {
      const now = queue.snapshot().filter(({ phase }) => phase === "accepted").length;
      // NOTE: at most one refresh a second, or several hundred small files would each ask for the whole table.
      if (now > accepted) timer ??= setTimeout(refresh, REFRESH_MS);
      accepted = now;
    });
    const warn = (event: BeforeUnloadEvent) => {
      if (queue.snapshot().some(({ phase }) => phase === "waiting" || phase === "sending")) event.preventDefault();
    };
    window.addEventListener("beforeunload", warn);
    return () => {
      stop();
      if (timer) clearTimeout(timer);
      window.removeEventListener("beforeunload", warn);
    };
  }, [queue, queries]);
  return <UploadContext value={queue}>{children}</UploadContext>;
}
