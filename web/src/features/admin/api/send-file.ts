import { failure, OWN_PAGE } from "@/api/client";
import { offline } from "@/api/errors";

import type { Upload } from "./shapes";

export interface Sending {
  /** 0 to 1, of the bytes that have left. */
  onShare: (share: number) => void;
  signal: AbortSignal;
}

/** Uploads one file. XMLHttpRequest, because fetch does not tell how much has been sent. Throws an ApiError. */
export function sendFile(knowledgeBaseId: string, file: File, { onShare, signal }: Sending): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    request.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) onShare(event.loaded / event.total);
    };
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText) as Upload);
      else void failure(responseOf(request)).then(reject);
    };
    request.onerror = () => reject(offline());
    request.onabort = () => reject(signal.reason);
    request.onloadend = () => signal.removeEventListener("abort", abort);
    signal.addEventListener("abort", abort);
    request.open("POST", `/api/v1/admin/knowledge-bases/${encodeURIComponent(knowledgeBaseId)}/documents`);
    for (const [name, value] of Object.entries(OWN_PAGE)) request.setRequestHeader(name, value);
    const form = new FormData();
    form.append("file", file, file.name);
    request.send(form);
  });
}

function responseOf(request: XMLHttpRequest): Response {
  const id = request.getResponseHeader("x-request-id");
  return new Response(request.responseText, { status: request.status, headers: id ? { "x-request-id": id } : {} });
}
