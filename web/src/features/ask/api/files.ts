/** Files that are attached to questions: sent, looked at while they are read, removed. */
import { api, dataOf } from "@/api/client";
import type { Attachment } from "@/api/types";

export async function attachFile(file: File): Promise<Attachment> {
  const form = new FormData();
  form.append("file", file, file.name);
  return dataOf(await api.POST("/api/v1/attachments", { body: { file: file.name }, bodySerializer: () => form }));
}

export async function getFile(id: string): Promise<Attachment> {
  return dataOf(await api.GET("/api/v1/attachments/{attachment_id}", { params: { path: { attachment_id: id } } }));
}

export async function removeFile(id: string): Promise<void> {
  await api.DELETE("/api/v1/attachments/{attachment_id}", { params: { path: { attachment_id: id } } });
}
