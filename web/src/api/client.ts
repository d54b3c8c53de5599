/** The typed client of `/api/v1`. Every failed call throws an ApiError; a 401 is announced once, to all who listen. */
import createClient, { type Middleware } from "openapi-fetch";

import { ApiError, errorOf, offline } from "./errors";
import type { paths } from "./schema";

/** A foreign page cannot send this header, so a request that carries it comes from ours. */
export const OWN_PAGE = { "X-Colophon": "1" } as const;

const signedOut = new EventTarget();

/** Calls `listener` whenever the server says that nobody is signed in. Returns the way to stop. */
export function onSignedOut(listener: () => void): () => void {
  signedOut.addEventListener("signed-out", listener);
  return () => signedOut.removeEventListener("signed-out", listener);
}

/** The body of a bad response as an error; a 401 outside signing in is announced. */
export async function failure(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const error = errorOf(response, body);
  if (error.status === 401 && !(response.url.endsWith("/session") || response.url.endsWith("/me"))) {
    signedOut.dispatchEvent(new Event("signed-out"));
  }
  return error;
}

const manners: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET") {
      for (const [name, value] of Object.entries(OWN_PAGE)) request.headers.set(name, value);
    }
    return request;
  },
  async onResponse({ response }) {
    if (!response.ok) throw await failure(response);
  },
  onError({ error }) {
    return error instanceof TypeError ? offline() : undefined;
  },
};

// The origin makes URLs absolute: Request refuses relative ones outside a page, as in tests.
export const api = createClient<paths>({
  baseUrl: window.location.origin,
  credentials: "same-origin",
  // Looked up at each call and not once at the start, so that a test can be the server.
  fetch: (request) => globalThis.fetch(request),
});
api.use(manners);

/** The data of a call that has thrown if it failed. */
export function dataOf<T>(result: { data?: T }): T {
  if (result.data === undefined) throw new ApiError(0, "empty", "", null);
  return result.data;
}
