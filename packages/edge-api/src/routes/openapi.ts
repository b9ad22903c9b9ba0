import { type DocumentOptions, openApiDocument } from "../openapi/document.ts";
import { entityTag, matchesEntityTag } from "../requests/etag.ts";
import type { Route } from "./route.ts";

/** `GET /openapi.json`: the service's description for tools, at the address it was asked at. */
export function openApiRoute(about: Omit<DocumentOptions, "origin">): Route {
  return async (context) => {
    const { origin } = new URL(context.req.url);
    const bytes = new TextEncoder().encode(JSON.stringify(openApiDocument({ ...about, origin })));
    const headers = { etag: await entityTag(bytes), "cache-control": "no-cache" };
    if (matchesEntityTag(context.req.header("if-none-match"), headers.etag)) {
      return context.body(null, 304, headers);
    }
    return context.body(bytes, 200, { ...headers, "content-type": "application/json" });
  };
}
