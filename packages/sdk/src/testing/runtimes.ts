import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { findChromium } from "@unpaired/engine/testing/chromium";
import { findOnPath } from "@unpaired/engine/testing/find-on-path";
import { runInPage } from "@unpaired/engine/testing/run-in-page";
import { Miniflare } from "miniflare";
import type { Surroundings } from "./behaviours.ts";
import { bundleBehaviours } from "./bundle-behaviours.ts";

/** Somewhere the client runs. */
export interface Runtime {
  readonly name: string;
  /** Why it cannot be run here; undefined where it can. */
  readonly skipped?: string | undefined;
  readonly can: Surroundings["can"];
  /** The outcome of every behaviour, by name. */
  readonly run: (surroundings: Surroundings) => Promise<Readonly<Record<string, string | null>>>;
}

const run = promisify(execFile);
const chromium = findChromium();
const bun = findOnPath("bun");
const deno = findOnPath("deno");
const missing = (binary: string | undefined, name: string) =>
  binary ? undefined : `there is no ${name} on PATH`;

export const runtimes: readonly Runtime[] = [
  {
    name: "Node",
    can: { objectUrls: true, decode: false },
    run: (surroundings) => runInProcess(process.execPath, [], surroundings),
  },
  {
    name: "workerd",
    can: { objectUrls: false, decode: false },
    run: runInWorkerd,
  },
  {
    name: "Chromium",
    skipped: chromium ? undefined : "there is no Chromium here",
    can: { objectUrls: true, decode: true },
    run: (surroundings) =>
      inFolder(async (folder) => {
        const entry = join(folder, "page.js");
        await writeFile(entry, await bundleBehaviours("page"));
        const page = { entry: pathToFileURL(entry), given: JSON.stringify(surroundings) };
        return (await runInPage(chromium!, page)) as Record<string, string | null>;
      }),
  },
  {
    name: "Bun",
    skipped: missing(bun, "bun"),
    can: { objectUrls: true, decode: false },
    run: (surroundings) => runInProcess(bun!, ["run"], surroundings),
  },
  {
    name: "Deno",
    skipped: missing(deno, "deno"),
    can: { objectUrls: true, decode: false },
    run: (surroundings) => runInProcess(deno!, ["run", "--no-config", "--allow-net"], surroundings),
  },
];

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "behaviours-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function runInProcess(
  binary: string,
  args: readonly string[],
  surroundings: Surroundings,
): Promise<Record<string, string | null>> {
  return inFolder(async (folder) => {
    const entry = join(folder, "behaviours.mjs");
    await writeFile(entry, await bundleBehaviours("process"));
    const env = { ...process.env, DENO_DIR: folder, DENO_NO_UPDATE_CHECK: "1" };
    const { stdout } = await run(binary, [...args, entry, JSON.stringify(surroundings)], {
      env,
      timeout: 60_000,
    });
    return JSON.parse(stdout.trim().split("\n").at(-1)!);
  });
}

async function runInWorkerd(surroundings: Surroundings): Promise<Record<string, string | null>> {
  const contents = await bundleBehaviours("worker");
  const miniflare = new Miniflare({
    cf: false,
    telemetry: { enabled: false },
    workers: [
      {
        config: {
          name: "behaviours",
          compatibilityDate: "2026-08-04",
          compatibilityFlags: ["no_nodejs_compat"],
          manifest: { mainModule: "worker.js", modules: { "worker.js": { type: "esm", contents } } },
        },
      },
    ],
  });
  try {
    const body = JSON.stringify(surroundings);
    const response = await miniflare.dispatchFetch("http://worker/", { method: "POST", body });
    return (await response.json()) as Record<string, string | null>;
  } finally {
    await miniflare.dispose();
  }
}
