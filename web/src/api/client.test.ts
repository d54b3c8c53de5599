import { afterEach, describe, expect, test, vi } from "vitest";

import { api, onSignedOut } from "./client";
import { ApiError } from "./errors";

/** Answers every request of a test and keeps what was sent. */
function answerWith(status: number, body: unknown): Request[] {
  const sent: Request[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    sent.push(request);
    const response = new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", "X-Request-ID": "header-id" } });
    Object.defineProperty(response, "url", { value: request.url });
    return response;
  });
  return sent;
}

afterEach(() => vi.unstubAllGlobals());

describe("requests", () => {
  test("that change something say that they come from our own page", async () => {
    const sent = answerWith(200, {});
    await api.PATCH("/api/v1/conversations/{conversation_id}", { params: { path: { conversation_id: "a/b" } }, body: { pinned: true } });
    expect(sent[0]?.headers.get("X-Colophon")).toBe("1");
    expect(sent[0]?.url).toContain("/api/v1/conversations/a%2Fb");
  });

  test("that only read do not", async () => {
    const sent = answerWith(200, []);
    await api.GET("/api/v1/knowledge-bases");
    expect(sent[0]?.headers.has("X-Colophon")).toBe(false);
  });
});

describe("failures", () => {
  test("carry the server's sentence, code and id", async () => {
    answerWith(404, { code: "not_found", message: "It is gone.", request_id: "r1" });
    await expect(api.GET("/api/v1/status")).rejects.toMatchObject({ status: 404, code: "not_found", message: "It is gone.", requestId: "r1" });
  });

  test("of something between us and the server still have an id", async () => {
    answerWith(502, "Bad gateway");
    await expect(api.GET("/api/v1/status")).rejects.toMatchObject({ status: 502, code: "http_502", requestId: "header-id" });
  });

  test("to reach the server are told apart", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
    const error = await api.GET("/api/v1/status").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 0, code: "offline" });
  });
});

describe("a 401", () => {
  const unauthenticated = { code: "unauthenticated", message: "Sign in.", request_id: "r1" };

  test("anywhere is announced", async () => {
    answerWith(401, unauthenticated);
    let announced = 0;
    const stop = onSignedOut(() => (announced += 1));
    await api.GET("/api/v1/status").catch(() => undefined);
    stop();
    await api.GET("/api/v1/status").catch(() => undefined);
    expect(announced).toBe(1);
  });

  test("of signing in is not, for nobody was signed in", async () => {
    answerWith(401, unauthenticated);
    let announced = 0;
    const stop = onSignedOut(() => (announced += 1));
    await api.POST("/api/v1/session", { body: { username: "a", password: "b" } }).catch(() => undefined);
    stop();
    expect(announced).toBe(0);
  });
});
