import { renderDocs } from "../docs/render-docs.ts";
import { type DocumentOptions, openApiDocument } from "../openapi/document.ts";
import { pageRoute } from "./page.ts";
import type { Route } from "./route.ts";

/** `GET /docs`: the description as a page without scripts, its examples at the address it was asked at. */
export function docsRoute(about: Omit<DocumentOptions, "origin">): Route {
  return (context, next) => {
    const { origin } = new URL(context.req.url);
    return pageRoute(renderDocs(openApiDocument({ ...about, origin })))(context, next);
  };
}
