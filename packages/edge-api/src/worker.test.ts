import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let output: string;
const files = new Map<string, Buffer>();

beforeAll(async () => {
  output = await mkdtemp(join(tmpdir(), "unpaired-worker-"));
  const wrangler = fileURLToPath(new URL("../node_modules/wrangler/bin/wrangler.js", import.meta.url));
  await promisify(execFile)(process.execPath, [wrangler, "deploy", "--dry-run", "--outdir", output], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true" },
  });
  for (const name of await readdir(output)) {
    if (!/\.(map|md)$/.test(name)) files.set(name, await readFile(join(output, name)));
  }
});
afterAll(() => rm(output, { recursive: true, force: true }));

describe("the Worker's bundle", () => {
  it("is the script, two pages, six WebAssembly modules and three files for browsers", () => {
    const kinds = [...files.keys()].map((name) => name.split(".").pop()).sort();
    expect(kinds).toEqual([...Array(3).fill("bin"), "html", "html", "js", ...Array(6).fill("wasm")]);
  });

  it("is small: less than 2.5 MB, and 700 kB compressed", () => {
    const bytes = [...files.values()];
    expect(bytes.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(2_500_000);
    expect(bytes.reduce((sum, file) => sum + gzipSync(file).length, 0)).toBeLessThan(700_000);
  });

  it("holds no tfjs and nothing that needs eval", () => {
    const script = files.get("worker.js")!.toString();
    expect(script).not.toMatch(/tensorflow|tfjs/i);
    expect(script).not.toMatch(/\beval\(/);
  });
});
