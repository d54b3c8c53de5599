/** Files on their way to the server: three at a time, whatever page one looks at. */
import { ApiError } from "@/api/errors";

import type { Upload } from "../api/shapes";
import type { Sending } from "../api/send-file";

export type Phase = "waiting" | "sending" | "accepted" | "refused";

export interface FileUpload {
  readonly id: number;
  readonly knowledgeBaseId: string;
  readonly name: string;
  readonly size: number; // bytes
  readonly phase: Phase;
  /** 0 to 1, of the bytes that have left. */
  readonly share: number;
  readonly accepted: Upload | null;
  readonly error: ApiError | null;
}

export type Send = (knowledgeBaseId: string, file: File, sending: Sending) => Promise<Upload>;

interface Queued {
  upload: FileUpload;
  file: File | null; // null once it has arrived, so that its bytes can be let go
  stop: AbortController;
}

const LANES = 3;
const STEP = 0.01; // a smaller change of the share is not worth drawing

export class UploadQueue {
  readonly #send: Send;
  readonly #listeners = new Set<() => void>();
  #queued = new Map<number, Queued>();
  #snapshot: readonly FileUpload[] = [];
  #lastId = 0;
  #busy = 0;

  constructor(send: Send) {
    this.#send = send;
  }

  subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** In the order in which they were added. The same array until something changes. */
  snapshot = () => this.#snapshot;

  add(knowledgeBaseId: string, files: readonly File[]): void {
    for (const file of files) this.#put(knowledgeBaseId, file.name, file, null);
    this.#changed();
    this.#fill();
  }

  /** Something that cannot be sent at all, with the sentence that says why. */
  refuse(knowledgeBaseId: string, name: string, sentence: string): void {
    this.#put(knowledgeBaseId, name, null, new ApiError(0, "invalid", sentence, null));
    this.#changed();
  }

  retry(id: number): void {
    const queued = this.#queued.get(id);
    if (!queued?.file || queued.upload.phase !== "refused") return;
    queued.stop = new AbortController();
    this.#set(queued, { phase: "waiting", share: 0, error: null });
    this.#fill();
  }

  /** Takes it off the list, and stops it when it is still on its way. What the server has stays there. */
  drop(ids: readonly number[]): void {
    for (const id of ids) {
      const queued = this.#queued.get(id);
      this.#queued.delete(id);
      queued?.stop.abort();
    }
    this.#changed();
  }

  /** These documents are gone, so nothing more will be heard of them. */
  forget(documentIds: ReadonlySet<string>): void {
    this.drop(this.#snapshot.filter(({ accepted }) => accepted && documentIds.has(accepted.document.id)).map(({ id }) => id));
  }

  #put(knowledgeBaseId: string, name: string, file: File | null, error: ApiError | null): void {
    this.#lastId += 1;
    const upload: FileUpload = {
      id: this.#lastId,
      knowledgeBaseId,
      name,
      size: file?.size ?? 0,
      phase: error ? "refused" : "waiting",
      share: 0,
      accepted: null,
      error,
    };
    this.#queued.set(upload.id, { upload, file, stop: new AbortController() });
  }

  #fill(): void {
    for (const queued of this.#queued.values()) {
      if (this.#busy >= LANES) return;
      if (queued.upload.phase === "waiting" && queued.file) void this.#start(queued, queued.file);
    }
  }

  async #start(queued: Queued, file: File): Promise<void> {
    const { signal } = queued.stop;
    this.#busy += 1;
    this.#set(queued, { phase: "sending" });
    try {
      const onShare = (share: number) => {
        if (share - queued.upload.share >= STEP || share === 1) this.#set(queued, { share });
      };
      const accepted = await this.#send(queued.upload.knowledgeBaseId, file, { onShare, signal });
      queued.file = null;
      this.#set(queued, { phase: "accepted", share: 1, accepted });
    } catch (error) {
      if (!signal.aborted) this.#set(queued, { phase: "refused", share: 0, error: asApiError(error) });
    } finally {
      this.#busy -= 1;
      this.#fill();
    }
  }

  #set(queued: Queued, change: Partial<FileUpload>): void {
    queued.upload = { ...queued.upload, ...change };
    this.#changed();
  }

  #changed(): void {
    this.#snapshot = [...this.#queued.values()].map(({ upload }) => upload);
    for (const listener of this.#listeners) listener();
  }
}

function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError(0, "unknown", "", null);
}
