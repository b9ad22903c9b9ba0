import { findChromium, launchChromium } from "@unpaired/engine/testing/chromium";
import { expect, it } from "vitest";
import { blankPng } from "../../test/blank-png.ts";
import { invert, publishModel } from "../../test/publish-model.ts";
import { serveRegistry } from "../../test/served-registry.ts";
import { createApiKey } from "./create-api-key.ts";

const browserPath = findChromium();
const skipped = browserPath ? "" : " (skipped: there is no Chromium)";

it.skipIf(!browserPath)(
  `the playground asks for a key and works with it, within its policy${skipped}`,
  async () => {
    const { key, sha256 } = await createApiKey();
    await using server = await serveRegistry(
      (directory) => publishModel(directory, { id: "model", version: "v1", ...invert, sizePixels: 32 }),
      { access: { API_KEYS: JSON.stringify([{ id: "web", sha256 }]) } },
    );
    const browser = await launchChromium(browserPath!);
    try {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on("console", (message) => {
        if (/content security policy/i.test(message.text())) complaints.push(message.text());
      });
      page.on("pageerror", (error) => complaints.push(String(error)));

      await page.goto(server.url);
      const field = page.getByLabel("API key");
      await field.fill("up_not-accepted");
      await page.getByRole("button", { name: "Use this key" }).click();
      await page.getByRole("heading", { name: "The key is not accepted" }).waitFor();
      await field.fill(key);
      await page.getByRole("button", { name: "Use this key" }).click();
      await page.locator("#model:enabled").waitFor();
      expect(await page.locator("#problem").isVisible()).toBe(false);

      const picture = { name: "picture.png", mimeType: "image/png", buffer: Buffer.from(blankPng(32, 32)) };
      await page.locator("#file").setInputFiles(picture);
      await page.locator("#facts").waitFor();
      expect(await page.locator("#after").evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(32);
      await page.getByRole("radio", { name: "In this browser" }).check();
      await page.getByText(/ \+ loading\s\d+$/).waitFor();
      expect(await page.locator("#after").evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(32);
      expect(page.url()).not.toContain(key);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);
