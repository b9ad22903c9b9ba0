import { Hono } from "hono";
import { RequestError } from "../problems/request-error.ts";
import { shorten } from "../requests/shorten.ts";
import { participantOf } from "../study/participant.ts";
import { readAnswer } from "../study/read-answer.ts";
import type { Studies } from "../study/studies.ts";
import { studyPage } from "../study/study-page.ts";
import type { AppEnv } from "./route.ts";

const headers = { "cache-control": "private, no-store" };

/** What the routes of studies work with; `studies` is absent where the service has none. */
export interface StudyRoutesOptions {
  readonly studies: Studies | undefined;
  /** The page's template. */
  readonly html: string;
}

/** `/studies/:id`: a perceptual study's page, what it asks for, and its results. */
export function studyRoutes({ studies: configured, html }: StudyRoutesOptions): Hono<AppEnv> {
  const page = studyPage(html);

  function setUp(): Studies {
    if (configured) return configured;
    throw new RequestError("not_found", "Studies are not set up on this service; ask its operator for them.");
  }

  return new Hono<AppEnv>()
    .get("/:id", async (context) => {
      const study = await setUp().study(context.req.param("id"));
      const { text, policy } = await page(study);
      return context.html(text, 200, { "content-security-policy": policy, "cache-control": "no-cache" });
    })
    .get("/:id/pictures/:picture", async (context) => {
      const { id, picture } = context.req.param();
      const bytes = await setUp().picture(id, picture);
      // All pictures of a study have the same length, and nothing else is said of them.
      return context.body(bytes, 200, {
        "content-type": "image/webp",
        "cache-control": "private, max-age=3600, immutable",
      });
    })
    .post("/:id/sessions", async (context) => {
      const studies = setUp();
      const study = await studies.study(context.req.param("id"));
      const session = await studies.start(study, participantOf(context, study.id));
      return context.json(session, 200, headers);
    })
    .post("/:id/sessions/:session/answers", async (context) => {
      const studies = setUp();
      const { id, session } = context.req.param();
      const study = await studies.study(id);
      return context.json(
        await studies.answer(study, session, await readAnswer(context.req.raw)),
        200,
        headers,
      );
    })
    .get("/:id/results", async (context) => {
      const after = readAfter(new URL(context.req.url).searchParams);
      const studies = setUp();
      const study = await studies.study(context.req.param("id"));
      return context.json(await studies.results(study, after), 200, headers);
    });
}

function readAfter(parameters: URLSearchParams): number {
  for (const name of parameters.keys()) {
    if (name === "after" && parameters.getAll(name).length === 1) continue;
    throw new RequestError(
      "invalid_parameter",
      `Parameter "${shorten(name)}" is unknown or given twice; use after once.`,
    );
  }
  const after = parameters.get("after") ?? "0";
  if (/^\d{1,15}$/.test(after)) return Number(after);
  throw new RequestError(
    "invalid_parameter",
    `Parameter "after" is "${shorten(after)}"; give what nextAfter said, a whole number.`,
  );
}
