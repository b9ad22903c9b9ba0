import type { Parameter } from "./types.ts";

/** The caller's own name for a request. */
export const requestIdParameter: Parameter = {
  name: "x-request-id",
  in: "header",
  description: "8–64 of letters, digits, `_`, `.`, `-` to find this request by; anything else gets a new id.",
  schema: { type: "string" },
};

/** Tags of the copies a caller has. */
export const ifNoneMatchParameter: Parameter = {
  name: "if-none-match",
  in: "header",
  description: "An `etag` of an earlier answer; 304 without a body when it still holds.",
  schema: { type: "string" },
};

/** Whether a result may be one that was made before. */
export const cacheControlParameter: Parameter = {
  name: "cache-control",
  in: "header",
  description:
    "`no-store`: the result is neither looked up nor kept. `no-cache` or `max-age=0`: it is made anew.",
  schema: { type: "string" },
};

/** A name that a caller gives to all tries of one call. */
export const idempotencyKeyParameter: Parameter = {
  name: "idempotency-key",
  in: "header",
  description:
    "Accepted, and needed for nothing: translating changes nothing, so a call may be sent again as it is, and its " +
    "answer has the same `etag`.",
  schema: { type: "string" },
};
