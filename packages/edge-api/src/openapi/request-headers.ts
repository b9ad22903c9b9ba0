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
