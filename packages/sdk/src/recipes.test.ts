import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { findChromium, launchChromium } from "@unpaired/engine/testing/chromium";
import { build } from "esbuild";
import { Miniflare, Response } from "miniflare";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBehaviourServer } from "./testing/behaviour-server.ts";
import { images } from "./testing/images.ts";

const run = promisify(execFile);
const packageFolder = fileURLToPath(new URL("..", import.meta.url));
const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
const guide = await readFile(new URL("../../../docs/sdk.md", import.meta.url), "utf8");
const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");

/** The blocks of the guide, by the file name each begins with. */
const recipes = new Map(
  [...guide.matchAll(/^```tsx?\n\/\/ (\S+)\n(.*?)^```$/gms)].map(([, name, code]) => [name!, code!]),
);

// Inside the package, so that its name resolves to itself.
await mkdir(join(packageFolder, "build"), { recursive: true });
const folder = await mkdtemp(join(packageFolder, "build/recipes-"));
const server = await startBehaviourServer();
const env = { ...process.env, UNPAIRED_URL: server.baseUrl, UNPAIRED_KEY: "key-123" };
beforeAll(async () => {
  for (const [name, code] of recipes) await writeFile(join(folder, name), code);
  await mkdir(join(folder, "summer"));
  for (const name of ["a.png", "b.png", "c.png"]) await writeFile(join(folder, "summer", name), images.png);
  await writeFile(join(folder, "summer.jpg"), images.jpeg);
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a recipe as it stands. */
const runRecipe = (name: string) =>
  run(process.execPath, ["--disable-warning=ExperimentalWarning", "--experimental-strip-types", name], {
    cwd: folder,
    env,
  });

test("no block of the guide is left out of the tests", () => {
  expect([...guide.matchAll(/^```tsx?$/gm)]).toHaveLength(recipes.size);
  expect([...recipes.keys()].sort()).toEqual([
    "cancel.ts",
    "errors.ts",
    "folder.ts",
    "job.ts",
    "local.ts",
    "middleware.ts",
    "proxy.ts",
    "resume.ts",
    "typed.ts",
    "winter.ts",
    "winter.tsx",
    "worker.ts",
  ]);
});

test("every recipe, the page's script and the README's block type-check", async () => {
  const [, script] = /<script type="module">\n(.*?)<\/script>/s.exec(guide)!;
  // Plain JavaScript: the elements are whatever the page has.
  await writeFile(
    join(folder, "page.ts"),
    script!
      .replace("const [input, progress, image] =", "const [input, progress, image]: any[] =")
      .replace("let shown;", "let shown: any;"),
  );
  const [, block] = /^```ts\n(.*?)^```$/ms.exec(readme)!;
  const given = "declare const apiKey: string, file: File, picture: { src: string };";
  await writeFile(join(folder, "readme.ts"), `${block}${given}`);
  const config = {
    extends: join(packageFolder, "tsconfig.json"),
    compilerOptions: {
      lib: ["es2024", "dom", "dom.iterable", "dom.asynciterable", "esnext.disposable"],
      types: ["node", "react", "express"],
      typeRoots: [join(packageFolder, "node_modules/@types")],
      jsx: "react-jsx",
      noEmit: true,
    },
    include: ["*.ts", "*.tsx"],
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
  const { stdout } = await run(process.execPath, [tsc, "-p", folder]).catch((error) => error);
  expect(stdout).toBe("");
}, 60_000);

test("the Node script writes the translated image", async () => {
  const { stdout } = await runRecipe("winter.ts");
  expect(stdout).toBe("summer2winter v1, domain score 0.87\n");
  expect(new Uint8Array(await readFile(join(folder, "winter.webp")))).toEqual(images.jpeg);
}, 30_000);

test("the folder is translated, but for what is no image", async () => {
  await writeFile(join(folder, "summer/empty.png"), "");
  const { stderr } = await runRecipe("folder.ts");
  await rm(join(folder, "summer/empty.png"));
  expect(stderr).toBe("empty.png: the image is empty (0 bytes)\n");
  const written = (await readdir(folder)).filter((name) => name.endsWith(".png.webp"));
  expect(written.sort()).toEqual(["a.png.webp", "b.png.webp", "c.png.webp"]);
}, 30_000);

test("the job's images are written as they are finished", async () => {
  const { stdout, stderr } = await runRecipe("job.ts");
  expect(stderr).toBe("c.png: broken\n");
  expect(stdout).toBe("done: 4 translated, 1 failed\n");
  expect(new Uint8Array(await readFile(join(folder, "a.png.png")))).toEqual(images.png);
}, 30_000);

test("a job is taken up where another process left it", async () => {
  await writeFile(join(folder, "progress.txt"), "job0resumed000000 3\n");
  await runRecipe("resume.ts");
  expect(await readFile(join(folder, "progress.txt"), "utf8")).toBe("job0resumed000000 5");
}, 30_000);

test("Express passes images on with the key, and errors with their status", async () => {
  const driver = `
import { app } from "./proxy.ts";
const server = app.listen(0, "127.0.0.1", async () => {
  const ask = (body) => fetch(\`http://127.0.0.1:\${server.address().port}/winter\`, { method: "POST", body });
  const good = await ask(Buffer.from("${Buffer.from(images.png).toString("base64")}", "base64"));
  console.log(good.status, good.headers.get("content-type"), (await good.arrayBuffer()).byteLength);
  const bad = await ask("");
  console.log(bad.status, await bad.text());
  process.exit(0);
});`;
  await writeFile(join(folder, "drive.ts"), driver);
  const { stdout } = await runRecipe("drive.ts");
  await rm(join(folder, "drive.ts"));
  expect(stdout).toBe(`200 image/png ${images.png.length}\n502 {"error":"no answer"}\n`);
}, 30_000);

test("a Worker translates over a service binding, and passes errors on", async () => {
  const { outputFiles } = await build({
    entryPoints: [join(folder, "worker.ts")],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
  });
  const contents = outputFiles[0]!.text;
  const miniflare = new Miniflare({
    cf: false,
    telemetry: { enabled: false },
    workers: [
      {
        config: {
          name: "recipe",
          compatibilityDate: "2026-08-04",
          manifest: { mainModule: "worker.js", modules: { "worker.js": { type: "esm", contents } } },
          env: {
            UNPAIRED: {
              type: "fetcher",
              handler: async (request: Parameters<typeof forward>[1]) => forward(server.baseUrl, request),
            },
          },
        },
      },
    ],
  });
  try {
    const ask = (body: Uint8Array) => miniflare.dispatchFetch("http://worker/", { method: "POST", body });
    const response = await ask(images.png);
    expect(response.headers.get("content-type")).toBe("image/png");
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(images.png);
  } finally {
    await miniflare.dispose();
  }
}, 30_000);

const chromium = findChromium();

test.skipIf(!chromium)(
  `the plain page shows the translated picture, then why it cannot${chromium ? "" : " (skipped: there is no Chromium)"}`,
  async () => {
    const [, html] = /^```html\n(.*?)^```$/ms.exec(guide)!;
    const [whole, script] = /<script type="module">\n(.*?)<\/script>/s.exec(html!)!;
    const { outputFiles } = await build({
      stdin: { contents: script!.replace("https://api.example", server.baseUrl), resolveDir: folder },
      bundle: true,
      write: false,
      format: "esm",
      target: "es2024",
    });
    const page = join(folder, "page.html");
    const bundled = `<script type="module">${outputFiles[0]!.text.replaceAll("</script", "<\\/script")}</script>`;
    await writeFile(page, `<!doctype html><meta charset="utf-8">${html!.replace(whole, () => bundled)}`);
    const browser = await launchChromium(chromium!);
    try {
      const tab = await browser.newPage();
      await tab.goto(pathToFileURL(page).href);
      await tab.setInputFiles("input", join(folder, "summer/a.png"));
      await tab.waitForSelector('img[src^="blob:"]');
      expect(await tab.evaluate("document.querySelector('img').decode().then(() => 'shown')")).toBe("shown");
      expect(await tab.evaluate("document.querySelector('progress').value")).toBe(1);
      await writeFile(join(folder, "empty.png"), "");
      await tab.setInputFiles("input", join(folder, "empty.png"));
      await tab.waitForSelector('img[alt="the image is empty (0 bytes)"]');
    } finally {
      await browser.close();
    }
  },
  30_000,
);

/** What a binding does, to a service in another process. */
async function forward(
  baseUrl: string,
  request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Iterable<[string, string]>;
    arrayBuffer(): Promise<ArrayBuffer>;
  },
) {
  const { pathname, search } = new URL(request.url);
  const body = await request.arrayBuffer();
  const headers = Object.fromEntries(request.headers);
  delete headers["content-length"];
  const answer = await fetch(baseUrl + pathname + search, { method: request.method, headers, body });
  return new Response(await answer.arrayBuffer(), { status: answer.status, headers: [...answer.headers] });
}
