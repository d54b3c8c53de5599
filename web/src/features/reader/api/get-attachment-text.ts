/** A file that one attached to a question, in the shape in which the Reader shows documents. */
import { api, dataOf } from "@/api/client";
import type { DocumentText } from "@/api/types";

const MARK = "attachment:";

/** The id by which the Reader opens an attached file among documents. */
export const idOfAttached = (id: string) => `${MARK}${id}`;

export const isAttached = (id: string) => id.startsWith(MARK);

export async function attachedText(id: string, signal: AbortSignal): Promise<DocumentText> {
  const path = { attachment_id: id.slice(MARK.length) };
  const { attachment, title, blocks } = dataOf(await api.GET("/api/v1/attachments/{attachment_id}/text", { params: { path }, signal }));
  return {
    document: {
      id,
      knowledge_base_id: "attachment",
      title,
      filename: attachment.filename,
      // Its bytes are not kept, so there are no pages to draw.
      media_type: "",
      size: attachment.size,
      version_number: 1,
      state: "searchable",
      error: null,
      error_code: null,
      pages: attachment.pages,
      chunks: 0,
      source: null,
      language: null,
      tags: [],
      created_at: attachment.created_at,
      updated_at: attachment.created_at,
    },
    knowledge_base_name: "",
    blocks,
  };
}
