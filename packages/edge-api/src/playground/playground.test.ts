import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findChromium, launchChromium } from "@unpaired/engine/testing/chromium";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { identity, invert, publishModel } from "../../test/publish-model.ts";
import { type ServedRegistry, serveRegistry } from "../../test/served-registry.ts";

const executable = findChromium();
type Browser = Awaited<ReturnType<typeof launchChromium>>;
type Page = Awaited<ReturnType<Browser["newPage"]>>;

// Skips where no Chromium is on the PATH.
describe.skipIf(executable === undefined)("the playground in Chromium", () => {
  let server: ServedRegistry;
  let browser: Browser;
  let page: Page;
  let directory: string;
  let picture: string;
  const complaints: string[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "unpaired-playground-"));
    picture = join(directory, "orange.png");
    await sharp({ create: { width: 96, height: 64, channels: 3, background: "#ff8000" } }).toFile(picture);
    await writeFile(join(directory, "not-a-picture.png"), "text");
    [server, browser] = await Promise.all([
      serveRegistry(async (registry) => {
        await publishModel(registry, { id: "summer2winter", version: "v1", ...invert, sizePixels: 64 });
        await publishModel(registry, { id: "winter2summer", version: "v1", ...identity, sizePixels: 64 });
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
    page = await browser.newPage({ viewport: { width: 1000, height: 800 }, acceptDownloads: true });
    page.setDefaultTimeout(10_000);
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (/Content Security Policy/.test(message.text())) complaints.push(message.text());
    });
    await page.goto(server.url);
    await page.locator("#model:enabled").waitFor();
  });
  afterEach(async () => {
    await page.close();
    expect(complaints).toEqual([]);
  });

  async function answerColour(): Promise<string> {
    await page.locator("#facts:visible").waitFor();
    return page.evaluate(() => {
      const image = document.querySelector<HTMLImageElement>("#after")!;
      const canvas = new OffscreenCanvas(1, 1);
      const pen = canvas.getContext("2d")!;
      pen.drawImage(image, 0, 0, 1, 1);
      const [red = 0, green = 0, blue = 0] = pen.getImageData(0, 0, 1, 1).data;
      return [red, green, blue].map((value) => Math.round(value / 64)).join();
    });
  }
  const blue = "0,2,4";
  const orange = "4,2,0";

  it("translates a chosen picture, tells what it took, and hands the answer over as a file", async () => {
    await page.locator("#file").setInputFiles(picture);
    expect(await answerColour()).toBe(blue);
    expect(await page.locator(".run.now .figures").textContent()).toMatch(
      /decode\s\d+ · fit\s\d+ · infer\s\d+ · encode\s\d+ · transfer\s\d+/,
    );
    expect(await page.locator("#status").textContent()).toMatch(/^Translated in \d+ milliseconds$/);
    const downloading = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download" }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe("orange-summer2winter.png");
    const { format, width, height } = await sharp(await readFile(await download.path())).metadata();
    expect([format, width, height]).toEqual(["png", 96, 64]);
  });

  it("takes a pasted picture, and one that is dropped", async () => {
    const base64 = (await readFile(picture)).toString("base64");
    const give = (kind: "paste" | "drop") =>
      page.evaluate(
        ([kind, base64]) => {
          const data = new DataTransfer();
          const bytes = Uint8Array.from(atob(base64!), (character) => character.charCodeAt(0));
          data.items.add(new File([bytes], "given.png", { type: "image/png" }));
          const options = { bubbles: true, cancelable: true };
          document.body.dispatchEvent(
            kind === "paste"
              ? new ClipboardEvent("paste", { ...options, clipboardData: data })
              : new DragEvent("drop", { ...options, dataTransfer: data }),
          );
        },
        [kind, base64],
      );
    await give("paste");
    expect(await answerColour()).toBe(blue);
    await page.reload();
    await page.locator("#model:enabled").waitFor();
    await give("drop");
    expect(await answerColour()).toBe(blue);
  });

  it("compares with a slider that the arrow keys move, or side by side", async () => {
    await page.locator("#file").setInputFiles(picture);
    await answerColour();
    const slider = page.getByRole("slider");
    await slider.focus();
    for (let time = 0; time < 5; time++) await page.keyboard.press("ArrowRight");
    expect(await slider.getAttribute("aria-valuetext")).toBe("55 percent");
    const clip = () =>
      page.locator("figure:has(#after)").evaluate((figure) => getComputedStyle(figure).clipPath);
    expect(await clip()).toContain("55%");
    await page.getByRole("radio", { name: "Side by side" }).check();
    expect(await clip()).toBe("none");
    expect(await slider.isVisible()).toBe(false);
  });

  it("translates anew with another model", async () => {
    await page.locator("#file").setInputFiles(picture);
    expect(await answerColour()).toBe(blue);
    await page.getByLabel("Model").selectOption("winter2summer");
    await page.locator("#version:visible").waitFor();
    expect(await answerColour()).toBe(orange);
  });

  it("draws a sample, by keyboard alone, and keeps the focus on the stage", async () => {
    const reached: string[] = [];
    for (let time = 0; time < 8; time++) {
      await page.keyboard.press("Tab");
      reached.push(await page.evaluate(() => document.activeElement?.textContent?.trim() ?? ""));
      if (reached.at(-1) === "Try a sample") break;
    }
    expect(reached.slice(-3)).toEqual(["Choose a picture", "Use the camera", "Try a sample"]);
    await page.keyboard.press("Enter");
    await answerColour();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("stage");
    const named = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>("button, a, select, input:not([aria-hidden])")].every(
        (element) =>
          element.textContent?.trim() ||
          element.ariaLabel ||
          (element as HTMLInputElement).labels?.[0]?.textContent,
      ),
    );
    expect(named).toBe(true);
  });

  it("takes a picture with the camera and lets go of it", async () => {
    await page.getByRole("button", { name: "Use the camera" }).click();
    await page.locator("#shutter:focus").waitFor();
    const track = await page.evaluateHandle(
      () =>
        (document.querySelector<HTMLVideoElement>("#viewfinder")!.srcObject as MediaStream).getTracks()[0]!,
    );
    await page.keyboard.press("Enter");
    await page.locator("#facts:visible").waitFor();
    expect(await page.locator("#camera").isVisible()).toBe(false);
    expect(await track.evaluate(({ readyState }) => readyState)).toBe("ended");
  });

  it("translates the camera live until it is closed", async () => {
    await page.getByRole("button", { name: "Use the camera" }).click();
    const live = page.getByRole("button", { name: "Translate live" });
    await live.click();
    await page.getByText(/^\d+\.\d pictures a second, \d+ ms each$/).waitFor();
    expect(await live.getAttribute("aria-pressed")).toBe("true");
    const first = await page.locator("#live-answer").getAttribute("src");
    await expect.poll(() => page.locator("#live-answer").getAttribute("src")).not.toBe(first);
    await page.keyboard.press("Escape");
    expect(await page.locator("#camera").isVisible()).toBe(false);
    expect(await page.getByRole("button", { name: "Choose a picture" }).isVisible()).toBe(true);
  });

  it("says what is wrong with a file, and what it lost when the service is gone", async () => {
    await page.locator("#file").setInputFiles(join(directory, "not-a-picture.png"));
    const alert = page.getByRole("alert");
    await alert.getByText("unsupported_image").waitFor();
    await page.route("**/translate?*", (route) => route.abort());
    await page.locator("#file").setInputFiles(picture);
    await alert.getByText("The service cannot be reached").waitFor();
    await page.unroute("**/translate?*");
    await alert.getByRole("button", { name: "Try again" }).click();
    expect(await answerColour()).toBe(blue);
  });

  it("fits a phone", async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.locator("#file").setInputFiles(picture);
    await answerColour();
    for (const path of ["/", "/docs"]) {
      if (path !== "/") await page.goto(server.url + path);
      const [content = 0, viewport = 0] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        innerWidth,
      ]);
      expect(content, path).toBeLessThanOrEqual(viewport);
    }
  });
});
