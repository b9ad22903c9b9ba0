import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createRandom } from "@unpaired/core";
import type { StudyResults } from "@unpaired/core/contracts";
import { afterEach, describe, expect, it } from "vitest";
import { runCli } from "../cli/run-cli.ts";
import { analyseResults } from "./analyse-results.ts";

const study = "4fca1f2f5e7b49d2a0c3";
const random = createRandom(1);
type Session = StudyResults["sessions"][number];

function session(sequence: number, change: Partial<Session["answers"][number]> = {}, resumes = 0): Session {
  return {
    sequence,
    completedAt: "2026-11-23T04:30:00.000Z",
    resumes,
    answers: Array.from({ length: 40 }, (_, index) => ({
      method: index % 2 ? "cyclegan" : "cogan",
      fake: random.integer(30).toString(16).padStart(32, "0"),
      choice: random.integer(2) ? "left" : "right",
      isFooled: index % 2 === 1 && index % 8 < 4,
      shownMs: 1000,
      responseMs: 600,
      ...change,
    })),
  };
}

function resultsOf(sessions: readonly Session[], nextAfter: number | null = null): StudyResults {
  return {
    study,
    title: "Which picture is real?",
    started: 4,
    completed: 3,
    methods: [
      { name: "cyclegan", pairs: 0, fooled: 0 },
      { name: "cogan", pairs: 0, fooled: 0 },
      { name: "bigan", pairs: 0, fooled: 0 },
    ],
    sessions: [...sessions],
    nextAfter,
  };
}

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(answer: (request: IncomingMessage) => [number, unknown]): Promise<string> {
  server = createServer((request, response) => {
    const [status, body] = answer(request);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function run(url: string, options = "", environment: Record<string, string> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(`study results --url ${url} --study ${study} ${options}`.trim().split(" "), {
    directory: "/",
    signal: new AbortController().signal,
    environment,
    now: () => new Date(),
    print: (text) => void out.push(text),
    warn: (text) => void err.push(text),
    progress: { isTerminal: false, columns: 80, write: () => {}, nowMs: () => 0 },
  });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

describe("study results", () => {
  const sessions = [session(1), session(2), session(3, { choice: "left", responseMs: 120 })];

  it("shows a table of all pages, and what is suspicious", async () => {
    const asked: (string | undefined)[] = [];
    const url = await serve(({ url, headers }) => {
      asked.push(url, headers["x-api-key"] as string);
      const isFirst = url!.endsWith("after=0");
      return [200, isFirst ? resultsOf(sessions.slice(0, 2), 2) : resultsOf(sessions.slice(2))];
    });
    const { code, out } = await run(url, "--resamples 200", { UNPAIRED_API_KEY: "secret" });
    expect(code).toBe(0);
    expect(asked).toEqual([
      `/studies/${study}/results?after=0`,
      "secret",
      `/studies/${study}/results?after=2`,
      "secret",
    ]);
    const lines = out.split("\n");
    expect(lines[0]).toBe(`Which picture is real? (${study}): 3 of 4 participants completed their 50 pairs`);
    expect(lines[2]).toMatch(/^METHOD +LABELLED REAL +95 % INTERVAL +PAIRS +PARTICIPANTS +FAKES$/);
    expect(lines[3]).toMatch(/^cyclegan +50\.0 % +\d\d\.\d % – \d\d\.\d % +60 +3 +\d\d$/);
    expect(lines[4]).toMatch(/^cogan +0\.0 % +0\.0 % – 0\.0 % +60 +3 +\d\d$/);
    expect(lines[5]).toMatch(/^bigan +– +– +0 +0 +0$/);
    expect(lines.slice(6)).toEqual([
      "",
      "Suspicious sessions:",
      "  3: one-sided, hasty (left 100.0 %, answers after 120 ms, shown 1000 ms, 0 reloads)",
    ]);
    const without = JSON.parse((await run(url, "--without-suspicious --json --resamples 100")).out);
    expect(without).toMatchObject({ completed: 3, counted: 2, methods: [{ pairs: 40 }, {}, {}] });
  });

  it("marks what was not seen for a second, or loaded anew again and again, and nothing else", () => {
    const odd = [session(1, { shownMs: 1400 }), session(2, {}, 3), session(3)];
    const { sessions: figures } = analyseResults(resultsOf(odd), { seed: 1, resamples: 100 });
    expect(figures.map(({ suspicions }) => suspicions)).toEqual([["display"], ["reloaded"], []]);
  });

  it.each<[number, unknown, number, RegExp]>([
    [401, {}, 2, /wants an API key; set UNPAIRED_API_KEY/],
    [404, {}, 2, /has no study 4fca/],
    [503, {}, 1, /answers 503/],
    [200, { sessions: "many" }, 1, /answers no results of a study/],
    [200, resultsOf([session(1)], 1), 1, /never comes to the end/],
  ])("gets %i %j told in one sentence", async (status, body, exitCode, message) => {
    const { code, err } = await run(await serve(() => [status, body]));
    expect(err).toMatch(message);
    expect(code).toBe(exitCode);
  });

  it("says when there is nobody", async () => {
    expect(await run("http://127.0.0.1:9")).toMatchObject({
      code: 1,
      err: expect.stringMatching(/cannot be reached/),
    });
    expect(await run("ftp://host")).toMatchObject({ err: expect.stringMatching(/no address of a service/) });
  });
});
