import { pagePolicy } from "../access/page-policy.ts";
import { type BrowserFiles, buildOf } from "../playground/browser-files.ts";
import { pageRoute } from "./page.ts";
import type { Route } from "./route.ts";

/** Where the page is told the address of its Web Worker. */
const workerPlace = 'data-worker=""';

/** `GET /`: the playground page, which may also run this service's Web Worker. */
export function playgroundRoute(html: string, files: BrowserFiles): Route {
  let page: Promise<Route> | undefined;
  return async (context, next) => {
    page ??= complete(html, files);
    return (await page)(context, next);
  };
}

async function complete(html: string, files: BrowserFiles): Promise<Route> {
  const worker = `/engine/${await buildOf(files)}/local-worker.js`;
  const page = html.replace(workerPlace, `data-worker="${worker}"`);
  return pageRoute(page, pagePolicy(page, ["worker-src 'self'"]));
}
