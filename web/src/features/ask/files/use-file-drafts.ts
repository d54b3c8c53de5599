import { useEffect, useReducer, useRef, useState } from "react";

import { ApiError, offline } from "@/api/errors";

import { attachFile, getFile, removeFile } from "../api/files";
import { draftsAfter, isWaiting, readingIds, readyIds, stateOf, type FileDraft } from "./file-drafts";

const LOOK_MS = 600;

export interface FileDrafts {
  readonly drafts: readonly FileDraft[];
  /** Some are still sent or read. */
  readonly waiting: boolean;
  /** Some were not taken or could not be read. */
  readonly failed: boolean;
  readonly ids: string[];
  /** Ask of the files alone, not of the knowledge bases. */
  readonly alone: boolean;
  readonly setAlone: (alone: boolean) => void;
  readonly add: (files: Iterable<File>) => void;
  readonly remove: (draft: FileDraft) => void;
  /** They belong to a conversation now. */
  readonly asked: () => void;
}

export function useFileDrafts(): FileDrafts {
  const [drafts, tell] = useReducer(draftsAfter, []);
  const [alone, setAlone] = useState(false);
  const count = useRef(0);
  const reading = readingIds(drafts).join(" ");
  useEffect(() => {
    if (reading === "") return;
    const look = () => {
      for (const id of reading.split(" ")) {
        // A look that fails is repeated with the next one.
        getFile(id).then((sent) => tell({ type: "seen", sent }), () => undefined);
      }
    };
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [reading]);
  const add = (files: Iterable<File>) => {
    for (const file of files) {
      count.current += 1;
      const key = `file-${count.current}`;
      tell({ type: "added", key, name: file.name });
      attachFile(file).then(
        (sent) => tell({ type: "sent", key, sent }),
        (error: unknown) => tell({ type: "refused", key, refusal: error instanceof ApiError ? error : offline() }),
      );
    }
  };
  const remove = (draft: FileDraft) => {
    tell({ type: "removed", key: draft.key });
    // The server forgets by itself what is never asked with.
    if (draft.sent) removeFile(draft.sent.id).catch(() => undefined);
  };
  return { drafts, waiting: isWaiting(drafts), failed: drafts.some((draft) => stateOf(draft) === "failed"), ids: readyIds(drafts), alone, setAlone, add, remove, asked: () => tell({ type: "asked" }) };
}

/** What a question with these files searches. */
export function within(knowledgeBaseIds: string[] | null, files: FileDrafts, kept = 0) {
  const alone = files.alone && files.ids.length + kept > 0;
  return { knowledge_base_ids: alone ? [] : knowledgeBaseIds, attachment_ids: files.ids };
}
