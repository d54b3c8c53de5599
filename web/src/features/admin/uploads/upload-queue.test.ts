import { describe, expect, test } from "vitest";

import { ApiError } from "@/api/errors";

import type { Sending } from "../api/send-file";
import type { Upload } from "../api/shapes";
import { UploadQueue } from "./upload-queue";

/** A server that answers when the test says so. */
class Server {
  readonly asked: { name: string; sending: Sending; accept: () => void; refuse: (error: unknown) => void }[] = [];

  send = (knowledgeBaseId: string, file: File, sending: Sending) =>
    new Promise<Upload>((resolve, reject) => {
      sending.signal.addEventListener("abort", () => reject(sending.signal.reason));
      this.asked.push({ name: file.name, sending, accept: () => resolve(uploadOf(knowledgeBaseId, file)), refuse: reject });
    });
}

function uploadOf(knowledgeBaseId: string, file: File): Upload {
  const at = "2026-11-22T00:00:00Z";
  const document = {
    id: file.name,
    knowledge_base_id: knowledgeBaseId,
    title: file.name,
    filename: file.name,
    media_type: "text/plain",
    size: file.size,
    version_number: 1,
    state: "stored" as const,
    error: null,
    error_code: null,
    pages: null,
    chunks: 0,
    source: null,
        language: null,
        tags: [],
    created_at: at,
    updated_at: at,
  };
  return { document, job: null, unchanged: false };
}

const filesOf = (...names: string[]) => names.map((name) => new File(["text"], name));
const settle = () => new Promise((resolve) => setTimeout(resolve));
const phasesOf = (queue: UploadQueue) => queue.snapshot().map(({ phase }) => phase);

describe("a queue of uploads", () => {
  test("sends three at a time and goes on as they arrive", async () => {
    const server = new Server();
    const queue = new UploadQueue(server.send);
    queue.add("kb", filesOf("1", "2", "3", "4", "5"));
    expect(server.asked.map(({ name }) => name)).toEqual(["1", "2", "3"]);

    server.asked[1]?.accept();
    await settle();

    expect(server.asked.map(({ name }) => name)).toEqual(["1", "2", "3", "4"]);
    expect(phasesOf(queue)).toEqual(["sending", "accepted", "sending", "sending", "waiting"]);
  });

  test("sends several hundred, each once, never more than three together", async () => {
    let together = 0;
    let most = 0;
    const sent: string[] = [];
    const queue = new UploadQueue(async (knowledgeBaseId, file) => {
      together += 1;
      most = Math.max(most, together);
      sent.push(file.name);
      await Promise.resolve();
      together -= 1;
      return uploadOf(knowledgeBaseId, file);
    });
    const names = Array.from({ length: 400 }, (_, index) => `${index}.txt`);
    queue.add("kb", filesOf(...names));
    await settle();
    expect(sent).toEqual(names);
    expect(most).toBe(3);
    expect(new Set(phasesOf(queue))).toEqual(new Set(["accepted"]));
  });

  test("keeps the server's sentence of a refused file and goes on with the others", async () => {
    const server = new Server();
    const queue = new UploadQueue(server.send);
    queue.add("kb", filesOf("a.exe", "b.txt", "c.txt", "d.txt"));
    server.asked[0]?.refuse(new ApiError(415, "unsupported", "a.exe is a program.", "r1"));
    await settle();
    expect(queue.snapshot()[0]).toMatchObject({ phase: "refused", error: { message: "a.exe is a program.", requestId: "r1" } });
    expect(phasesOf(queue)[3]).toBe("sending");
  });

  test("sends a refused file again when asked to, and forgets the error", async () => {
    const server = new Server();
    const queue = new UploadQueue(server.send);
    queue.add("kb", filesOf("a.txt"));
    server.asked[0]?.refuse(new ApiError(0, "offline", "", null));
    await settle();
    queue.retry(1);
    expect(queue.snapshot()[0]).toMatchObject({ phase: "sending", error: null });
    server.asked[1]?.accept();
    await settle();
    expect(phasesOf(queue)).toEqual(["accepted"]);
  });

  test("stops what is taken off the list while it is sent, and uses the free lane", async () => {
    const server = new Server();
    const queue = new UploadQueue(server.send);
    queue.add("kb", filesOf("1", "2", "3", "4"));
    queue.drop([2]);
    await settle();
    expect(server.asked[1]?.sending.signal.aborted).toBe(true);
    expect(queue.snapshot().map(({ name, phase }) => `${name} ${phase}`)).toEqual(["1 sending", "3 sending", "4 sending"]);
  });

  test("tells the share that has left, in steps worth drawing", () => {
    const server = new Server();
    const queue = new UploadQueue(server.send);
    queue.add("kb", filesOf("a.txt"));
    let drawn = 0;
    queue.subscribe(() => {
      drawn += 1;
    });
    for (const share of [0.001, 0.002, 0.5, 0.5001, 1]) server.asked[0]?.sending.onShare(share);
    expect(queue.snapshot()[0]?.share).toBe(1);
    expect(drawn).toBe(2);
  });

  test("lists what cannot be sent, with why, without sending it", () => {
    const server = new Server();
    const queue = new UploadQueue(server.send);
    queue.refuse("kb", "reports", "This is a folder.");
    queue.retry(1);
    expect(server.asked).toEqual([]);
    expect(queue.snapshot()[0]).toMatchObject({ name: "reports", phase: "refused", error: { message: "This is a folder." } });
  });

  test("forgets the documents that were deleted, and only those", async () => {
    const server = new Server();
    const queue = new UploadQueue(server.send);
    queue.add("kb", filesOf("a.txt", "b.txt"));
    for (const asked of server.asked) asked.accept();
    await settle();
    queue.forget(new Set(["a.txt", "elsewhere"]));
    expect(queue.snapshot().map(({ name }) => name)).toEqual(["b.txt"]);
  });

  test("hands out the same snapshot until something changes", () => {
    const queue = new UploadQueue(new Server().send);
    expect(queue.snapshot()).toBe(queue.snapshot());
  });
});
