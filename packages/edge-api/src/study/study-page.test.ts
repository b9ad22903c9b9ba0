import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Study, type StudyPair, studyResultsSchema } from "@unpaired/core/contracts";
import { findChromium, launchChromium } from "@unpaired/engine/testing/chromium";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appInProcess } from "../../test/app-in-process.ts";
import { directoryBucket } from "../../test/directory-bucket.ts";
import { publishStudy, realPictures } from "../../test/publish-study.ts";
import { type ServedApp, serveApp } from "../../test/serve-app.ts";
import { type ServedJobs, serveJobs } from "../../test/served-jobs.ts";

/** How much faster than ours the clocks of the page and of the service go where a whole study is taken. */
const SPEED = 25;
const executable = findChromium();
type Browser = Awaited<ReturnType<typeof launchChromium>>;
type Page = Awaited<ReturnType<Browser["newPage"]>>;

const id = "thestudyofthepage";
const other = { left: "right", right: "left" } as const;
const arrows = { left: "ArrowLeft", right: "ArrowRight" } as const;

// Skips where no Chromium is on the PATH.
describe.skipIf(executable === undefined)("a study in Chromium", () => {
  let directory: string;
  let served: ServedJobs;
  let fast: ServedApp;
  let browser: Browser;
  let study: Study;
  let reals: Set<string>;
  const complaints: string[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "unpaired-study-page-"));
    study = await publishStudy(directory, { id, methods: ["cyclegan", "cogan"] });
    reals = realPictures(study);
    [served, browser] = await Promise.all([serveJobs(directory), launchChromium(executable!)]);
    const html = await readFile(new URL("study.html", import.meta.url), "utf8");
    const startMs = Date.now();
    const app = await appInProcess({ ACCESS: "open" }, directoryBucket(directory), {
      study: { database: served.env.JOBS_DB, html },
      nowMs: () => startMs + (Date.now() - startMs) * SPEED,
    });
    fast = await serveApp(app);
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all([fast?.[Symbol.asyncDispose](), served?.[Symbol.asyncDispose]()]);
    await rm(directory, { recursive: true, force: true });
  });

  async function newPage(viewport = { width: 1000, height: 800 }): Promise<Page> {
    const context = await browser.newContext({ viewport });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (/Content Security Policy/.test(message.text())) complaints.push(message.text());
    });
    return page;
  }

  /** The pairs a page is told of, by place. */
  function overhear(page: Page): Map<number, StudyPair> {
    const pairs = new Map<number, StudyPair>();
    page.on("response", async (response) => {
      if (response.request().method() !== "POST") return;
      const body = (await response.json().catch(() => ({}))) as {
        pairs?: StudyPair[];
        next?: StudyPair | null;
      };
      for (const pair of [...(body.pairs ?? []), ...(body.next ? [body.next] : [])])
        pairs.set(pair.place, pair);
    });
    return pairs;
  }

  const sideOfReal = ({ left }: StudyPair) => (reals.has(left.split("/").at(-1)!) ? "left" : "right");
  const asking = (page: Page) => page.locator("#pair.asking").waitFor();

  it("is taken by keyboard from start to result", async () => {
    const page = await newPage();
    await page.addInitScript((speed) => {
      const { requestAnimationFrame, setTimeout, performance } = window;
      const now = performance.now.bind(performance);
      window.requestAnimationFrame = (callback) => requestAnimationFrame((time) => callback(time * speed));
      window.setTimeout = ((work: () => void, ms = 0) => setTimeout(work, ms / speed)) as never;
      performance.now = () => now() * speed;
    }, SPEED);
    const pairs = overhear(page);
    const address = `${fast.url}/studies/${id}`;
    await page.goto(address);
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Start practice");
    await page.keyboard.press("Enter");
    const chosen: { method: string; isFooled: boolean }[] = [];
    for (let place = 0; place < 50; place++) {
      if (place === 10) {
        await page.locator("#interlude:visible").waitFor();
        await page.keyboard.press("Enter");
      }
      await page
        .getByText(place < 10 ? `Pair ${place + 1} of 10` : `Pair ${place - 9} of 40`, { exact: true })
        .waitFor();
      // Before it is asked, no key is an answer.
      if (place === 3) await page.keyboard.press("ArrowLeft");
      await asking(page);
      expect(await page.locator(".frame img").count()).toBe(0);
      const pair = pairs.get(place)!;
      const real = sideOfReal(pair);
      const isFooled = place % 3 === 0;
      await page.keyboard.press(arrows[isFooled ? other[real] : real]);
      if (place < 10) {
        const expected = `${isFooled ? "Wrong" : "Correct"}: the ${real} one.`;
        await page.getByText(expected, { exact: true }).waitFor();
        await page.keyboard.press(place % 2 ? "Enter" : "Space");
      } else {
        const fake = pair[other[real]].split("/").at(-1)!;
        const scene = study.scenes.find(({ fakes }) => Object.values(fakes).includes(fake))!;
        chosen.push({
          method: Object.keys(scene.fakes).find((name) => scene.fakes[name] === fake)!,
          isFooled,
        });
      }
    }
    await page.getByRole("heading", { name: "Thank you, that was all" }).waitFor();

    const results = studyResultsSchema.parse(await (await fetch(`${address}/results`)).json());
    expect(results).toMatchObject({ started: 1, completed: 1 });
    expect(results.methods).toEqual(
      study.methods.map((name) => ({
        name,
        pairs: 20,
        fooled: chosen.filter(({ method, isFooled }) => method === name && isFooled).length,
      })),
    );
    const shownMs = results.sessions[0]!.answers.map((answer) => answer.shownMs);
    // A frame of the fast clock is near half a second.
    for (const ms of shownMs) expect(Math.abs(ms - 1000)).toBeLessThan(900);

    // The same browser is told so, by its own memory and without that by the service.
    await page.reload();
    await page.getByText("This browser has taken part now").waitFor();
    await page.evaluate(() => localStorage.clear());
    await page.reload();
    await page.getByRole("button", { name: "Start practice" }).click();
    await page.getByText("This browser has taken part now").waitFor();
    expect(studyResultsSchema.parse(await (await fetch(`${address}/results`)).json()).started).toBe(1);
    expect(complaints).toEqual([]);
  }, 90_000);

  it("shows a pair for a second, served by the Worker as it is deployed", async () => {
    const page = await newPage();
    const answers: { shownMs: number; responseMs: number }[] = [];
    page.on("request", (request) => {
      if (request.url().endsWith("/answers")) answers.push(request.postDataJSON());
    });
    await page.goto(`${served.url}/studies/${id}`);
    await page.evaluate(() => {
      const pair = document.querySelector("#pair")!;
      const seen: number[] = [];
      let sinceMs = 0;
      new MutationObserver(() => {
        if (pair.classList.contains("showing")) {
          sinceMs = performance.now();
          // Shown at once and whole: both are decoded and laid out before.
          const images = [...pair.querySelectorAll("img")];
          if (images.some(({ complete, naturalWidth }) => !complete || !naturalWidth)) seen.push(Number.NaN);
        } else if (sinceMs > 0) {
          seen.push(performance.now() - sinceMs);
          sinceMs = 0;
        }
      }).observe(pair, { attributeFilter: ["class"] });
      Object.assign(window, { seen });
    });
    await page.getByRole("button", { name: "Start practice" }).click();
    for (let place = 0; place < 2; place++) {
      await asking(page);
      await page.getByRole("button", { name: place % 2 ? "Left" : "Right", exact: true }).click();
      await page.getByRole("button", { name: "Next pair" }).click();
    }
    const seen = await page.evaluate(() => (window as never as { seen: number[] }).seen);
    expect(seen).toHaveLength(2);
    for (const [index, ms] of seen.entries()) {
      expect(Math.abs(ms - 1000)).toBeLessThan(150);
      expect(Math.abs(answers[index]!.shownMs - ms)).toBeLessThan(100);
    }
    // A lost connection loses no answer, and the page goes on where it was.
    await asking(page);
    await page.route("**/answers", (route) => route.abort());
    await page.keyboard.press("ArrowLeft");
    await page.getByRole("alert").getByText("The connection was lost").waitFor();
    await page.unroute("**/answers");
    await page.getByRole("button", { name: "Next pair" }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Start practice" }).click();
    await page.getByText("Pair 4 of 10", { exact: true }).waitFor();
    expect(complaints).toEqual([]);
  }, 60_000);

  it("fits a phone upright and on its side, and is answered by touch", async () => {
    const page = await newPage();
    await page.goto(`${served.url}/studies/${id}`);
    await page.getByRole("button", { name: "Start practice" }).click();
    for (const viewport of [
      { width: 360, height: 640 },
      { width: 640, height: 360 },
    ]) {
      await page.setViewportSize(viewport);
      await asking(page);
      const [width = 0, height = 0] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.scrollHeight,
      ]);
      expect(width).toBeLessThanOrEqual(viewport.width);
      expect(height).toBeLessThanOrEqual(viewport.height);
      await page.locator(".choice").first().click();
      const sides = viewport.height > viewport.width ? "upper|lower" : "left|right";
      await page.getByText(new RegExp(`^(Correct|Wrong): the (${sides}) one\\.$`)).waitFor();
      await page.getByRole("button", { name: "Next pair" }).click();
    }
  });

  it("is answered by D1 once, however often and at once it is asked", async () => {
    const post = (path: string, body?: unknown) =>
      fetch(`${fast.url}/studies/${id}${path}`, { method: "POST", body: JSON.stringify(body) });
    const session = (await (await post("/sessions")).json()) as { id: string; pairs: StudyPair[] };
    await new Promise((resolve) => setTimeout(resolve, 1500 / SPEED));
    const answer = { pair: session.pairs[0]!.id, shownMs: 1000, responseMs: 300 };
    const statuses = await Promise.all(
      (["left", "right", "left", "left"] as const).map(
        async (choice) =>
          [choice, (await post(`/sessions/${session.id}/answers`, { ...answer, choice })).status] as const,
      ),
    );
    const winner = statuses.find(([, status]) => status === 200)![0];
    for (const [choice, status] of statuses) expect(status).toBe(choice === winner ? 200 : 409);
  });
});
