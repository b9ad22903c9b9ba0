import { type Context, Hono } from "hono";
import {
  type BrowserFileName,
  type BrowserFiles,
  browserFileNames,
  buildOf,
} from "../playground/browser-files.ts";
import { RequestError } from "../problems/request-error.ts";
import { matchesEntityTag } from "../requests/etag.ts";
import type { AppEnv } from "./route.ts";

/**
 * `GET /engine/:file`: what browsers run models with, as this service has it now. `GET /engine/:build/:file`: the same under
 * an address of its own for every build, which caches need not ask about again.
 */
export function engineRoutes(files: BrowserFiles): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .get("/:file", (context) => fileOf(files, context, "no-cache"))
    .get("/:build/:file", async (context) => {
      if (context.req.param("build") !== (await buildOf(files))) throw nothingAt(context);
      return fileOf(files, context, "public, max-age=31536000, immutable");
    });
}

async function fileOf(files: BrowserFiles, context: Context<AppEnv>, caching: string): Promise<Response> {
  const name = browserFileNames.find((candidate) => candidate === context.req.param("file"));
  if (name === undefined) throw nothingAt(context);
  const headers = {
    etag: `"${await buildOf(files)}"`,
    "cache-control": caching,
    // A Web Worker lives by the policy of its own script.
    "content-security-policy":
      "default-src 'none'; script-src 'wasm-unsafe-eval'; connect-src 'self'; frame-ancestors 'none'",
  };
  if (matchesEntityTag(context.req.header("if-none-match"), headers.etag)) {
    return context.body(null, 304, headers);
  }
  return context.body(new Uint8Array(files[name]), 200, { ...headers, "content-type": contentType(name) });
}

function contentType(name: BrowserFileName): string {
  return name.endsWith(".wasm") ? "application/wasm" : "text/javascript; charset=utf-8";
}

function nothingAt({ req }: Context<AppEnv>): RequestError {
  return new RequestError("not_found", `There is nothing at ${req.path}; load the page anew.`);
}
