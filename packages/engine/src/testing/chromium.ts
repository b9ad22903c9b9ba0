import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { findOnPath } from "./find-on-path.ts";

/** Path of a Chromium on the `PATH`, or undefined where there is none. */
export function findChromium(): string | undefined {
  return findOnPath("chromium", "chromium-browser", "google-chrome");
}

/** A Chromium of its own; `await using` or `close()` ends it. */
export function launchChromium(executablePath: string, args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", ...args] });
}

/**
 * Opens a page from disk and returns its document as soon as an element has `data-ready`.
 *
 * @throws Error with what the page said went wrong, or when it does not get ready
 */
export async function documentWhenReady(executablePath: string, page: string): Promise<string> {
  const browser = await launchChromium(executablePath);
  try {
    const tab = await browser.newPage();
    const failure = new Promise<never>((_, reject) => tab.once("pageerror", reject));
    await tab.goto(pathToFileURL(page).href);
    await Promise.race([tab.waitForSelector("[data-ready]", { state: "attached" }), failure]);
    return await tab.content();
  } finally {
    await browser.close();
  }
}
