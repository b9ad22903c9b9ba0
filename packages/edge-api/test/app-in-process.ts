import { readFile } from "node:fs/promises";
import { readEngineBinaries } from "@unpaired/engine/node";
import type { Hono } from "hono";
import type { AccessBindings } from "../src/access/guard-access.ts";
import { type AppOptions, createApp } from "../src/app.ts";
import type { RegistryBucket } from "../src/model-registry/bucket.ts";
import type { AppEnv } from "../src/routes/route.ts";
import { readBrowserFiles } from "./browser-files.ts";
import { readCodecModules } from "./codec-modules.ts";

const emptyBucket: RegistryBucket = {
  get: async () => null,
  list: async () => ({ objects: [], delimitedPrefixes: [], truncated: false }),
};

/** The service as it is, without a Workers runtime around it and without a model. */
export async function appInProcess(
  access: AccessBindings,
  registry: RegistryBucket = emptyBucket,
  further: Pick<AppOptions, "study" | "nowMs"> = {},
): Promise<Hono<AppEnv>> {
  const page = new URL("../src/playground/playground.html", import.meta.url);
  return createApp({
    access,
    registry,
    codecModules: await readCodecModules(),
    engineBinaries: await readEngineBinaries(),
    playgroundHtml: await readFile(page, "utf8"),
    browserFiles: await readBrowserFiles(),
    build: "0.0.0",
    ...further,
  });
}
