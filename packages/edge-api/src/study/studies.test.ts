import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Study,
  type StudyAnswered,
  type StudyPair,
  type StudySide,
  studyAnsweredSchema,
  studyResultsSchema,
  studySessionSchema,
} from "@unpaired/core/contracts";
import type { Hono } from "hono";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { appInProcess } from "../../test/app-in-process.ts";
import { directoryBucket } from "../../test/directory-bucket.ts";
import { documentedAnswers } from "../../test/documented-answers.ts";
import { problemOf } from "../../test/problem-of.ts";
import { publishStudy, realPictures } from "../../test/publish-study.ts";
import { sqliteDatabase } from "../../test/sqlite-database.ts";
import { createApiKey } from "../access/create-api-key.ts";
import { openApiDocument } from "../openapi/document.ts";
import { defaultLimits } from "../requests/limits.ts";
import type { AppEnv } from "../routes/route.ts";

const methods = ["cyclegan", "cogan", "pix2pix"];
let directory: string;
let app: Hono<AppEnv>;
let study: Study;
let reals: Set<string>;
let key: string;
let nowMs = Date.UTC(2026, 10, 23);
let studies = 0;

// The service in process, with a clock of its own: a study takes no longer than its statements.
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "unpaired-studies-"));
  const created = await createApiKey();
  key = created.key;
  app = await appInProcess(
    { API_KEYS: JSON.stringify([{ id: "operator", sha256: created.sha256 }]) },
    directoryBucket(directory),
    {
      study: { database: await sqliteDatabase("0002_studies.sql"), html: "<h1>{{title}}</h1>" },
      nowMs: () => nowMs,
    },
  );
});
afterAll(() => rm(directory, { recursive: true, force: true }));

beforeEach(async () => {
  const id = `study${String(studies++).padStart(16, "0")}`;
  study = await publishStudy(directory, { id, methods });
  reals = realPictures(study);
});

/** A browser: it keeps the cookie it is given. */
function browser() {
  let cookie: string | undefined;
  const post = async (path: string, body?: unknown) => {
    const response = await app.request(`/studies/${study.id}${path}`, {
      method: "POST",
      headers: {
        ...(cookie !== undefined && { cookie }),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    cookie = response.headers.get("set-cookie")?.split(";")[0] ?? cookie;
    return response;
  };
  const start = async () => studySessionSchema.parse(await (await post("/sessions")).json());
  return {
    post,
    start,
    async running() {
      const session = await start();
      if (session.status !== "running") throw new Error("The session is over.");
      return session;
    },
    answer(session: string, pair: string, choice: StudySide, figures = { shownMs: 1000, responseMs: 500 }) {
      return post(`/sessions/${session}/answers`, { pair, choice, ...figures });
    },
  };
}

type Browser = ReturnType<typeof browser>;

function realSide({ left }: StudyPair): StudySide {
  return reals.has(left.split("/").at(-1)!) ? "left" : "right";
}

/** Answers all that is left of a session; `choose` sees what the participant must not know. */
async function takePart(participant: Browser, choose: (pair: StudyPair, real: StudySide) => StudySide) {
  const session = await participant.running();
  const due = [...session.pairs];
  const trace: { pair: StudyPair; choice: StudySide; answered: StudyAnswered }[] = [];
  for (let pair = due.shift(); pair; pair = due.shift()) {
    nowMs += 1500;
    const choice = choose(pair, realSide(pair));
    const response = await participant.answer(session.id, pair.id, choice);
    const answered = studyAnsweredSchema.parse(await response.json());
    trace.push({ pair, choice, answered });
    if (answered.next) due.push(answered.next);
  }
  return { session, trace };
}

const results = async (query = "") => {
  const path = `/studies/${study.id}/results${query}`;
  return studyResultsSchema.parse(await (await app.request(path, { headers: { "x-api-key": key } })).json());
};

const other = (side: StudySide): StudySide => (side === "left" ? "right" : "left");
const fakeOf = (pair: StudyPair) => pair[other(realSide(pair))].split("/").at(-1)!;

describe("a session", () => {
  it("is 10 practice pairs with feedback and 40 without, of every method as many, and counts", async () => {
    const { trace } = await takePart(browser(), ({ place }, real) => (place % 4 === 0 ? other(real) : real));
    expect(trace).toHaveLength(50);
    expect(trace.map(({ pair }) => pair.place)).toEqual([...Array(50).keys()]);
    expect(trace.map(({ pair }) => pair.isPractice)).toEqual(
      [...Array(50).keys()].map((place) => place < 10),
    );
    for (const { pair, answered } of trace) {
      if (pair.isPractice) expect(answered.correct).toBe(pair.place % 4 !== 0);
      else expect(answered).not.toHaveProperty("correct");
    }
    expect(trace.map(({ answered }) => answered.status)).toEqual([...Array(49).fill("running"), "completed"]);

    const { methods: counts, ...rest } = await results();
    expect(counts.map(({ pairs }) => pairs).toSorted()).toEqual([13, 13, 14]);
    expect(counts.map(({ name }) => name)).toEqual(methods);
    expect(rest).toMatchObject({ started: 1, completed: 1, nextAfter: null });
    const fooled = trace.filter(({ pair }) => pair.place >= 10 && pair.place % 4 === 0);
    expect(counts.reduce((sum, count) => sum + count.fooled, 0)).toBe(fooled.length);
    const [{ answers } = { answers: [] }] = rest.sessions;
    expect(answers).toHaveLength(40);
    expect(answers.map(({ fake }) => fake)).toEqual(trace.slice(10).map(({ pair }) => fakeOf(pair)));
    expect(answers.filter(({ isFooled }) => isFooled).map(({ fake }) => fake)).toEqual(
      fooled.map(({ pair }) => fakeOf(pair)),
    );
  });

  it("shows no picture twice, and the real one left about as often as right", async () => {
    const left: number[] = [];
    for (let time = 0; time < 4; time++) {
      const { trace } = await takePart(browser(), (_, real) => real);
      const pictures = trace.flatMap(({ pair }) => [pair.left, pair.right]);
      expect(new Set(pictures).size).toBe(100);
      left.push(trace.filter(({ choice }) => choice === "left").length);
    }
    // 100 of 200, deviation 7.
    expect(Math.abs(left.reduce((sum, count) => sum + count, 0) - 100)).toBeLessThan(36);
    expect((await results()).completed).toBe(4);
  });

  it("draws other pairs for others, but practises with the same", async () => {
    const [one, another] = [await takePart(browser(), () => "left"), await takePart(browser(), () => "left")];
    const pictures = ({ trace }: typeof one, isPractice: boolean) =>
      trace
        .filter(({ pair }) => pair.isPractice === isPractice)
        .flatMap(({ pair }) => [pair.left, pair.right]);
    expect(pictures(one, true).toSorted()).toEqual(pictures(another, true).toSorted());
    expect(pictures(one, false)).not.toEqual(pictures(another, false));
    // What practice gives away is never counted.
    const practised = new Set(pictures(one, true));
    expect(pictures(another, false).filter((picture) => practised.has(picture))).toEqual([]);
  });
});

describe("double counting", () => {
  it("does not happen when an answer comes again, and one cannot be changed", async () => {
    const participant = browser();
    const session = await participant.running();
    const [{ id: pair }] = session.pairs as [StudyPair];
    nowMs += 1500;
    const first = await (await participant.answer(session.id, pair, "left")).json();
    expect(await (await participant.answer(session.id, pair, "left")).json()).toEqual(first);
    expect(await problemOf(await participant.answer(session.id, pair, "right"))).toMatchObject({
      status: 409,
      detail: expect.stringMatching(/answered already/),
    });
    expect(await participant.running()).toMatchObject({ answered: 1 });
  });

  it("does not happen when answers come at once", async () => {
    const participant = browser();
    const { session, trace } = await (async () => {
      const session = await participant.running();
      const due = [...session.pairs];
      const trace: number[] = [];
      for (let pair = due.shift(); pair; pair = due.shift()) {
        nowMs += 1500;
        const both = await Promise.all([
          participant.answer(session.id, pair.id, "left"),
          participant.answer(session.id, pair.id, "right"),
          participant.answer(session.id, pair.id, "left"),
        ]);
        trace.push(both.filter(({ ok }) => ok).length);
        const { next } = studyAnsweredSchema.parse(await both.find(({ ok }) => ok)!.json());
        if (next) due.push(next);
      }
      return { session, trace };
    })();
    // Whichever was first, the other side is refused.
    expect(trace.every((count) => count === 1 || count === 2)).toBe(true);
    const counted = await results();
    expect(counted.methods.reduce((sum, { pairs }) => sum + pairs, 0)).toBe(40);
    expect(session.countedPairs).toBe(40);
  });

  it("does not happen when a browser that has finished comes again", async () => {
    const participant = browser();
    await takePart(participant, () => "left");
    expect(await participant.start()).toEqual({ status: "completed" });
    await takePart(browser(), () => "right");
    expect(await results()).toMatchObject({ started: 2, completed: 2 });
  });

  it("does not happen by sessions nobody finished", async () => {
    const participant = browser();
    const session = await participant.running();
    nowMs += 1500;
    await participant.answer(session.id, session.pairs[0]!.id, "left");
    const { started, completed, methods: counts, sessions } = await results();
    expect([started, completed, sessions]).toEqual([1, 0, []]);
    expect(counts.every(({ pairs }) => pairs === 0)).toBe(true);
    // Loaded anew, it goes on with the pair that was due, and this is noted.
    const again = await participant.running();
    expect(again.id).toBe(session.id);
    expect(again.pairs[0]).toEqual(session.pairs[1]);
    await takePart(participant, () => "left");
    expect((await results()).sessions).toMatchObject([{ resumes: 2 }]);
  });

  it("does not happen when one browser starts twice at once", async () => {
    const participant = browser();
    await participant.start();
    const both = await Promise.all([participant.running(), participant.running()]);
    expect(both[0].id).toBe(both[1].id);
    expect(await results()).toMatchObject({ started: 1 });
  });
});

describe("peeking", () => {
  it("finds no pair before its turn, and no answer before a second", async () => {
    const participant = browser();
    const session = await participant.running();
    const [due, behind] = session.pairs as [StudyPair, StudyPair];
    const early = await problemOf(await participant.answer(session.id, due.id, "left"));
    expect(early).toMatchObject({ status: 409, detail: expect.stringMatching(/look first/) });
    nowMs += 1500;
    const skipped = await problemOf(await participant.answer(session.id, behind.id, "left"));
    expect(skipped).toMatchObject({ status: 409, detail: expect.stringMatching(/in order/) });
    const unknown = await participant.answer(session.id, "a".repeat(32), "left");
    expect(await problemOf(unknown)).toMatchObject({ status: 409 });
    expect((await participant.answer(session.id, due.id, "left")).status).toBe(200);
    nowMs += 850;
    expect((await participant.answer(session.id, behind.id, "left")).status).toBe(409);
    nowMs += 100;
    expect((await participant.answer(session.id, behind.id, "left")).status).toBe(200);
  });

  it("finds nothing in answers, headers, paths or the page that tells real from fake", async () => {
    const participant = browser();
    const said: string[] = [];
    const record = async (response: Response) => {
      said.push(JSON.stringify([...response.headers]), await response.clone().text());
      return response;
    };
    await record(await app.request(`/studies/${study.id}`));
    const session = studySessionSchema.parse(
      await (await record(await participant.post("/sessions"))).json(),
    );
    if (session.status !== "running") throw new Error("The session is over.");
    const due = [...session.pairs];
    const shapes = new Set<string>();
    for (let pair = due.shift(); pair; pair = due.shift()) {
      nowMs += 1500;
      // Always left: right or wrong, a counted answer is answered in the same words.
      const response = await record(await participant.answer(session.id, pair.id, "left"));
      const { next, ...answered } = studyAnsweredSchema.parse(await response.json());
      if (!pair.isPractice) shapes.add(JSON.stringify({ ...answered, answered: 0, status: "" }));
      if (next) due.push(next);
    }
    expect([...shapes]).toEqual([JSON.stringify({ answered: 0, status: "" })]);
    const everything = said.join("\n");
    for (const word of [...methods, "fake", 'real"', "fooled"]) expect(everything).not.toContain(word);
    for (const path of [
      "study.json",
      "pictures/study.json",
      "pictures/..%2fstudy.json",
      "pictures/..%2Fstudy",
    ]) {
      const response = await app.request(`/studies/${study.id}/${path}`, { headers: { "x-api-key": key } });
      expect([path, response.status]).toEqual([path, 404]);
    }
  });

  it("finds the same headers on every picture", async () => {
    const { real, fake } = study.practice[0]!;
    const [one, another] = await Promise.all(
      [real, fake].map((picture) => app.request(`/studies/${study.id}/pictures/${picture}`)),
    );
    const headers = (response: Response) =>
      [...response.headers].filter(([name]) => !["x-request-id", "content-length"].includes(name));
    expect(headers(one!)).toEqual(headers(another!));
    expect(one!.headers.get("content-type")).toBe("image/webp");
    expect(one!.headers.has("etag") || one!.headers.has("last-modified")).toBe(false);
  });

  it("finds that writing is limited by address, and looking is not", async () => {
    const counted: string[] = [];
    const limit = async ({ key }: { key: string }) => ({ success: counted.push(key) < 2 });
    const limited = await appInProcess(
      { ACCESS: "open", RATE_LIMITER: { limit } },
      directoryBucket(directory),
      { study: { database: await sqliteDatabase("0002_studies.sql"), html: "" } },
    );
    const post = () =>
      limited.request(`/studies/${study.id}/sessions`, {
        method: "POST",
        headers: { "cf-connecting-ip": "192.0.2.7" },
      });
    expect((await post()).status).toBe(200);
    expect(await problemOf(await post())).toMatchObject({ status: 429 });
    expect((await limited.request(`/studies/${study.id}`)).status).toBe(200);
    expect(counted).toEqual(["address:192.0.2.7", "address:192.0.2.7"]);
  });

  it("finds no results without a key", async () => {
    const response = await app.request(`/studies/${study.id}/results`);
    expect(await problemOf(response)).toMatchObject({ status: 401 });
  });
});

describe("the description", () => {
  it("says what is answered", async () => {
    const documented = documentedAnswers(
      openApiDocument({ origin: "https://api.example", build: "1", limits: defaultLimits }),
    );
    const participant = browser();
    const session = await participant.running();
    const [{ id: pair, left }] = session.pairs as [StudyPair];
    nowMs += 1500;
    const answers = "/studies/{id}/sessions/{session}/answers";
    const asked: [string, string, Promise<Response> | Response][] = [
      ["get", "/studies/{id}", app.request(`/studies/${study.id}`)],
      ["get", "/studies/{id}", app.request("/studies/none")],
      ["get", "/studies/{id}/pictures/{picture}", app.request(left)],
      ["get", "/studies/{id}/pictures/{picture}", app.request(`${left}0`)],
      ["post", "/studies/{id}/sessions", browser().post("/sessions")],
      ["post", "/studies/{id}/sessions", participant.post("/sessions")],
      ["post", answers, participant.post(`/sessions/${session.id}/answers`)],
      ["post", answers, participant.answer(session.id, "a".repeat(32), "left")],
      ["get", "/studies/{id}/results", app.request(`/studies/${study.id}/results`)],
    ];
    for (const [method, path, response] of asked) {
      expect([path, await documented.differences(method, path, await response)]).toEqual([path, []]);
    }
    nowMs += 1500;
    const answered = await participant.answer(session.id, pair, "left");
    expect(await documented.differences("post", answers, answered)).toEqual([]);
    await takePart(participant, () => "left");
    expect(
      await documented.differences("post", "/studies/{id}/sessions", await participant.post("/sessions")),
    ).toEqual([]);
    const headers = { "x-api-key": key };
    const results = await app.request(`/studies/${study.id}/results`, { headers });
    expect(await documented.differences("get", "/studies/{id}/results", results)).toEqual([]);
  });
});

describe("what is sent wrongly", () => {
  const right = { pair: "a".repeat(32), choice: "left", shownMs: 1, responseMs: 1 };
  it.each<[string, unknown, number]>([
    ["a text", "a", 422],
    ["an answer without anything", {}, 422],
    ["another side", { ...right, choice: "both" }, 422],
    ["a time before the first", { ...right, shownMs: -1 }, 422],
    ["a time beyond all", { ...right, responseMs: 1e12 }, 422],
    ["more than an answer", { ...right, more: 1 }, 422],
    ["a long body", "x".repeat(3000), 413],
  ])("is %s", async (_, body, status) => {
    const participant = browser();
    const session = await participant.running();
    expect((await participant.post(`/sessions/${session.id}/answers`, body)).status).toBe(status);
  });

  it("is no study, no session, no picture: 404", async () => {
    const participant = browser();
    expect((await participant.post(`/sessions/${"b".repeat(32)}/answers`, right)).status).toBe(404);
    for (const path of ["no-such", "a".repeat(20), `${study.id}/pictures/${"a".repeat(32)}`]) {
      expect([path, (await app.request(`/studies/${path}`)).status]).toEqual([path, 404]);
    }
    expect((await results("?after=7")).sessions).toEqual([]);
    for (const query of ["?after=x", "?after=1&after=2", "?before=1"]) {
      const path = `/studies/${study.id}/results${query}`;
      expect((await app.request(path, { headers: { "x-api-key": key } })).status).toBe(422);
    }
    const none = await appInProcess({ ACCESS: "open" });
    expect((await none.request(`/studies/${study.id}`)).status).toBe(404);
  });

  it("cannot become markup by the title", async () => {
    const id = "0123456789abcdefghij";
    await publishStudy(directory, { id, methods: ["one"], title: `<script>"$&'</script>` });
    const response = await app.request(`/studies/${id}`);
    expect(await response.text()).toBe("<h1>&lt;script&gt;&quot;$&amp;&#39;&lt;/script&gt;</h1>");
    expect(response.headers.get("content-security-policy")).toContain("script-src 'none'");
  });
});
