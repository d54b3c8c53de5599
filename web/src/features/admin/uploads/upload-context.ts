import { createContext, useContext, useMemo, useSyncExternalStore } from "react";

import type { FileUpload, UploadQueue } from "./upload-queue";

export const UploadContext = createContext<UploadQueue | null>(null);

export function useUploadQueue(): UploadQueue {
  const queue = useContext(UploadContext);
  if (!queue) throw new Error("useUploadQueue outside of UploadProvider");
  return queue;
}

/** Those into one knowledge base, in the order in which they were added. */
export function useUploads(knowledgeBaseId: string): readonly FileUpload[] {
  const queue = useUploadQueue();
  const all = useSyncExternalStore(queue.subscribe, queue.snapshot);
  return useMemo(() => all.filter((upload) => upload.knowledgeBaseId === knowledgeBaseId), [all, knowledgeBaseId]);
}
