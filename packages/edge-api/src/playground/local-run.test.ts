import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, initializeWeights, mobileResnetGenerator } from "@unpaired/core";
import { findChromium, launchChromium } from "@unpaired/engine/testing/chromium";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { invert, publishModel } from "../../test/publish-model.ts";
import { type ServedRegistry, serveRegistry } from "../../test/served-registry.ts";

const executable = findChromium();
const skipped = executable ? "" : " (skipped: there is no Chromium)";
type Browser = Awaited<ReturnType<typeof launchChromium>>;
type Page = Awaited<ReturnType<Browser["newPage"]>>;

describe.skipIf(!executable)(`the playground runs models in the browser${skipped}`, () => {
  let server: ServedRegistry;
  let browser: Browser;
  let page: Page;
  let directory: string;
  const complaints: string[] = [];
  const picture = (name: string) => join(directory, name);

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "unpaired-local-run-"));
    const data = Buffer.from(
      Array.from({ length: 160 * 120 * 3 }, (_, index) => {
        const [x, y] = [Math.floor(index / 3) % 160, Math.floor(index / 480)];
        return 128 + 60 * Math.sin(x / 17) + 60 * Math.cos(y / 23 + (index % 3));
      }),
    );
    const image = sharp(data, { raw: { width: 160, height: 120, channels: 3 } });
    await image.toFile(picture("waves.png"));
    await image.jpeg({ quality: 92 }).toFile(picture("waves.jpg"));
    await image.negate().toFile(picture("other.png"));
    const generator = (filters: number) => {
      const spec = mobileResnetGenerator({ filters, blocks: 1 });
      return { spec, weights: initializeWeights(spec, { random: createRandom(3), gain: 0.2 }) };
    };
    [server, browser] = await Promise.all([
      serveRegistry(async (registry) => {
        const domainStatistics = [{ name: "redMean", mean: 0, standardDeviation: 0.4 }];
        await publishModel(registry, {
          id: "a-small",
          version: "v1",
          ...generator(8),
          sizePixels: 64,
          quantization: "uint8",
          domainStatistics,
        });
        await publishModel(registry, { id: "b-wide", version: "v1", ...generator(64), sizePixels: 1024 });
        await publishModel(registry, { id: "c-plain", version: "v1", ...invert, sizePixels: 64 });
      }),
      launchChromium(executable!, ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]),
    ]);
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), server?.close()]);
    await rm(directory, { recursive: true, force: true });
  });

  beforeEach(async () => {
    complaints.length = 0;
    page = await browser.newPage({ viewport: { width: 1000, height: 800 } });
    page.setDefaultTimeout(15_000);
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (/Content Security Policy/.test(message.text())) complaints.push(message.text());
    });
    await open();
  });
  afterEach(async () => {
    await page.close();
    expect(complaints).toEqual([]);
  });

  async function open() {
    await page.goto(server.url);
    await page.locator("#model:enabled").waitFor();
  }

  const here = () => page.getByRole("radio", { name: "In this browser" });
  const edge = () => page.getByRole("radio", { name: "At the edge" });

  /** The translated picture's pixels, once the row of its place has a time. */
  async function answer(): Promise<number[]> {
    await page.locator("#stage[aria-busy=false] .run.now b").waitFor();
    return page.evaluate(() => {
      const image = document.querySelector<HTMLImageElement>("#after")!;
      const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
      const pen = canvas.getContext("2d")!;
      pen.drawImage(image, 0, 0);
      return [...pen.getImageData(0, 0, canvas.width, canvas.height).data];
    });
  }

  function rootMeanSquare(one: readonly number[], other: readonly number[]): number {
    expect(one.length).toBe(other.length);
    const sum = one.reduce((sum, value, index) => sum + (value - other[index]!) ** 2, 0);
    return Math.sqrt(sum / one.length);
  }

  it.each([
    ["waves.png", "png", "a-small", 0],
    // Two decoders lie between them.
    ["waves.jpg", "png", "a-small", 4],
    // And two encoders.
    ["waves.jpg", "", "c-plain", 3],
  ])(
    "%s gives the same picture as at the edge (answer %j, model %s), off by at most %d of 255",
    async (...given) => {
      const [name, format, model, most] = given;
      await page.getByLabel("Model").selectOption(model);
      await page.getByLabel("Answer as").selectOption(format);
      await page.locator("#file").setInputFiles(picture(name));
      const remote = await answer();
      await here().check();
      const local = await answer();
      const difference = rootMeanSquare(remote, local);
      expect(difference).toBeLessThanOrEqual(most);
      expect(new Set(local).size).toBeGreaterThan(20);
      expect(await page.locator("#score").textContent()).toMatch(
        model === "a-small" ? /^\d+\.\d\d \w/ : /^unknown/,
      );
      expect(await page.locator("#version").textContent()).toBe("v1");
      // Both ways stand side by side, on one scale.
      expect(await page.locator(".run b").allTextContents()).toEqual([
        expect.stringMatching(/^\d+ ms$/),
        expect.stringMatching(/^\d+ ms$/),
      ]);
    },
  );

  it("is switched on with the keyboard, tells how loading goes on, and needs no network from then on", async () => {
    const shown: string[] = [];
    await page.exposeFunction("tell", (text: string) => shown.push(text));
    await page.evaluate(() => {
      const waiting = document.querySelector("#waiting")!;
      const told = globalThis as unknown as { tell(text: string): void };
      new MutationObserver(() => told.tell(waiting.textContent!)).observe(waiting, { childList: true });
    });
    await edge().focus();
    await page.keyboard.press("ArrowRight");
    expect(await here().isChecked()).toBe(true);
    await page.locator("#file").setInputFiles(picture("waves.png"));
    const first = await answer();
    expect(shown).toContainEqual(expect.stringMatching(/^Loading the model: \d+ kB of \d+ kB$/));
    expect(await page.locator("#source").textContent()).toBe("Pictures do not leave this browser.");
    expect(await page.locator("#status").textContent()).toMatch(/^Translated in \d+ milliseconds$/);

    await page.context().setOffline(true);
    await page.locator("#file").setInputFiles(picture("other.png"));
    expect(rootMeanSquare(await answer(), first)).toBeGreaterThan(1);
    await page.getByRole("button", { name: "Compare with a run at the edge" }).click();
    await page.getByRole("heading", { name: "The service cannot be reached" }).waitFor();
    await page.context().setOffline(false);
  });

  it("translates a camera live that takes its time, whoever is faster with the button", async () => {
    await page.evaluate(() => {
      const canvas = document.createElement("canvas");
      const pen = canvas.getContext("2d")!;
      navigator.mediaDevices.getUserMedia = async () => {
        setTimeout(() => setInterval(() => pen.fillRect(Math.random() * 200, 20, 50, 50), 50), 800);
        return canvas.captureStream();
      };
    });
    await here().check();
    await page.getByRole("button", { name: "Use the camera" }).click();
    await page.getByRole("button", { name: "Translate live" }).click();
    await page.getByText(/^\d+\.\d pictures a second, \d+ ms each$/).waitFor();
    const first = await page.locator("#live-answer").getAttribute("src");
    await expect.poll(() => page.locator("#live-answer").getAttribute("src")).not.toBe(first);
    await page.keyboard.press("Escape");
  });

  it("says so when a file of the model is missing, and when it is another one", async () => {
    await page.route("**/files/*", (route) =>
      route.fulfill({
        status: 503,
        contentType: "application/problem+json",
        headers: { "retry-after-ms": "1" },
        body: JSON.stringify({ code: "model_unavailable", detail: "Published file x is missing." }),
      }),
    );
    await here().check();
    await page.locator("#file").setInputFiles(picture("waves.png"));
    const alert = page.getByRole("alert");
    await alert.getByText("Published file x is missing.").waitFor();
    await page.unroute("**/files/*");
    await page.route("**/files/*", async (route) => {
      const response = await route.fetch();
      const body = await response.body();
      body[9]! ^= 1;
      await route.fulfill({ response, body });
    });
    await alert.getByRole("button", { name: "Try again" }).click();
    await alert.getByText("damaged_file").waitFor();
    await page.unroute("**/files/*");
    await alert.getByRole("button", { name: "Try again" }).click();
    expect((await answer()).length).toBe(84 * 64 * 4);
  });

  it("offers the edge where a model needs more memory than a page should take", async () => {
    await page.getByLabel("Model").selectOption("b-wide");
    await here().check();
    await page.locator("#file").setInputFiles(picture("waves.png"));
    const alert = page.getByRole("alert");
    await alert.getByText("memory_budget_exceeded").waitFor();
    await page.getByLabel("Model").selectOption("c-plain");
    await answer();
    await alert.waitFor({ state: "hidden" });
  });

  it("has a sentence for a browser without WebAssembly SIMD, and goes on at the edge", async () => {
    await page.addInitScript(() => {
      WebAssembly.validate = () => false;
    });
    await open();
    expect(await here().isDisabled()).toBe(true);
    await page.getByText("This browser has no WebAssembly SIMD").waitFor();
    await page.locator("#file").setInputFiles(picture("waves.png"));
    await answer();
    expect(await page.getByRole("button", { name: /^Compare/ }).count()).toBe(0);
  });

  it("fits a phone with both times on it", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.locator("#file").setInputFiles(picture("waves.png"));
    await answer();
    await here().check();
    await answer();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });

  it("lets the page run this service's worker and nothing else, and only that worker compile", async () => {
    const policyOf = async (path: string) =>
      (await fetch(server.url + path)).headers.get("content-security-policy")!.split("; ");
    const policy = await policyOf("/");
    expect(policy).toContain("worker-src 'self'");
    expect(policy.join()).not.toContain("wasm-unsafe-eval");
    expect(await policyOf("/docs")).not.toContain("worker-src 'self'");
    const worker = await page.locator("html").getAttribute("data-worker");
    expect(worker).toMatch(/^\/engine\/[0-9a-f]{32}\/local-worker\.js$/);
    expect(await policyOf(worker!)).toContain("script-src 'wasm-unsafe-eval'");
  });
});
