import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { recentJobsQuery } from "../api/get-jobs";
import type { Job } from "../api/shapes";
import { WORKING_MS } from "../polling";
import { newestByDocument } from "../progress-of";
import { isSettled, rowOf, type UploadRow } from "./upload-progress";
import { useUploads } from "./upload-context";

const MARGIN = 60; // other people's uploads and retries among ours
const STEP = 100; // counts are rounded up, so that not every file asks under another key
const NONE: ReadonlyMap<string, Job> = new Map();

interface UploadRows {
  rows: readonly UploadRow[];
  /** Something of ours is still on its way, here or on the server. */
  busy: boolean;
  /** The newest job of each document, while anything works. */
  newest: ReadonlyMap<string, Job>;
}

/** `working`: the knowledge base has documents on their way, whoever brought them. */
export function useUploadRows(knowledgeBaseId: string, working: boolean): UploadRows {
  const uploads = useUploads(knowledgeBaseId);
  const accepted = uploads.filter(({ phase }) => phase === "accepted").length;
  const count = Math.ceil((accepted + MARGIN) / STEP) * STEP;
  const jobs = useQuery({
    ...recentJobsQuery(knowledgeBaseId, count),
    enabled: accepted > 0 || working,
    refetchInterval: ({ state }) => {
      const newest = newestByDocument(state.data ?? []);
      const pending = uploads.some((upload) => upload.phase === "accepted" && !isSettled(rowOf(upload, newest)));
      return working || pending ? WORKING_MS : false;
    },
  });
  const newest = useMemo(() => (jobs.data ? newestByDocument(jobs.data) : NONE), [jobs.data]);
  const rows = useMemo(() => uploads.map((upload) => rowOf(upload, newest)), [uploads, newest]);
  return { rows, busy: rows.some((row) => !isSettled(row)), newest };
}
