import { perOrigin } from "../docs/per-origin.ts";
import { renderDocs } from "../docs/render-docs.ts";
import { type DocumentOptions, openApiDocument } from "../openapi/document.ts";
import { pageRoute } from "./page.ts";
import type { Route } from "./route.ts";

/** `GET /docs`: the description as a page without scripts, its examples at the address it was asked at. */
export function docsRoute(about: Omit<DocumentOptions, "origin">): Route {
  const page = perOrigin((origin) => pageRoute(renderDocs(openApiDocument({ ...about, origin }))));
  return (context, next) => page(context.req.url)(context, next);
}
