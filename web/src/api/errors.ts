/** One kind of error for everything that can go wrong between the page and the server. */

import type { components } from "./schema";

export type ErrorBody = components["schemas"]["ErrorOut"];
/** Why a file or a source failed or is refused. */
export type Reason = NonNullable<ErrorBody["reason"]>;

export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    /** HTTP status; 0 when the server was not reached. */
    readonly status: number,
    /** Stable code, e.g. "not_found"; "offline" when the server was not reached. */
    readonly code: string,
    message: string,
    readonly requestId: string | null,
    readonly reason: Reason | null = null,
  ) {
    super(message);
  }
}

function isErrorBody(value: unknown): value is ErrorBody {
  return typeof value === "object" && value !== null && "code" in value && "message" in value;
}

/** The error that a response with a bad status stands for; a body that is not ours has no sentence of its own. */
export function errorOf(response: Response, body: unknown): ApiError {
  const requestId = response.headers.get("x-request-id");
  if (isErrorBody(body)) {
    return new ApiError(response.status, body.code, body.message, body.request_id || requestId, body.reason);
  }
  return new ApiError(response.status, `http_${response.status}`, "", requestId);
}

export const offline = () => new ApiError(0, "offline", "", null);
