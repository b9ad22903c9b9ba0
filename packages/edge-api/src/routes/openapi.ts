import { perOrigin } from "../docs/per-origin.ts";
import { type DocumentOptions, openApiDocument } from "../openapi/document.ts";
import { entityTag, matchesEntityTag } from "../requests/etag.ts";
import type { Route } from "./route.ts";

/** `GET /openapi.json`: the service's description for tools, at the address it was asked at. */
export function openApiRoute(about: Omit<DocumentOptions, "origin">): Route {
  const bytesAt = perOrigin((origin) =>
    new TextEncoder().encode(JSON.stringify(openApiDocument({ ...about, origin }))),
  );
  return async (context) => {
    const bytes = bytesAt(context.req.url);
    const headers = { etag: await entityTag(bytes), "cache-control": "no-cache" };
    if (matchesEntityTag(context.req.header("if-none-match"), headers.etag)) {
      return context.body(null, 304, headers);
    }
    return context.body(bytes, 200, { ...headers, "content-type": "application/json" });
  };
}
