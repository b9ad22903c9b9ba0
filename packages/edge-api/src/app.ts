import type { Health } from "@unpaired/core/contracts";
import type { EngineBinaries } from "@unpaired/engine";
import { Hono } from "hono";
import { type AccessBindings, guardAccess } from "./access/guard-access.ts";
import { createResultCache, type ResultStore } from "./cache/result-cache.ts";
import type { CodecModules } from "./codecs/codec-modules.ts";
import { createCodecs } from "./codecs/codecs.ts";
import { type ImagesBinding, shrinkWith } from "./codecs/shrink-image.ts";
import { BusyError } from "./inference/busy-error.ts";
import { createIsolateMemory, type IsolateMemory } from "./inference/isolate-memory.ts";
import { createModelVersions } from "./inference/model-versions.ts";
import { createSessionCache, loadFailure, sessionBuild } from "./inference/session-cache.ts";
import { createTranslator } from "./inference/translator.ts";
import { createTurnstile } from "./inference/turnstile.ts";
import { createUploads } from "./inference/uploads.ts";
import type { JobBindings, JobDatabase } from "./jobs/bindings.ts";
import { createJobs, type Jobs } from "./jobs/jobs.ts";
import type { RegistryBucket } from "./model-registry/bucket.ts";
import { createModelRegistry } from "./model-registry/model-registry.ts";
import type { BrowserFiles } from "./playground/browser-files.ts";
import { problemResponse } from "./problems/problem-response.ts";
import { RequestError } from "./problems/request-error.ts";
import { drainUnread } from "./requests/drain-body.ts";
import { defaultLimits, type Limits } from "./requests/limits.ts";
import { requestIdOf } from "./requests/request-id.ts";
import { docsRoute } from "./routes/docs.ts";
import { engineRoutes } from "./routes/engine.ts";
import { healthRoute } from "./routes/health.ts";
import { jobRoutes } from "./routes/jobs.ts";
import { modelRoutes } from "./routes/models.ts";
import { allowOnly, knownPaths } from "./routes/not-allowed.ts";
import { openApiRoute } from "./routes/openapi.ts";
import { playgroundRoute } from "./routes/playground.ts";
import type { AppEnv } from "./routes/route.ts";
import { studyRoutes } from "./routes/studies.ts";
import { translateRoute } from "./routes/translate.ts";
import { createStudies } from "./study/studies.ts";

/** Everything the service needs from where it runs. */
export interface AppOptions {
  /** Who may use the service. */
  readonly access: AccessBindings;
  readonly registry: RegistryBucket;
  readonly codecModules: CodecModules;
  /** Shrinks images that do not fit into memory; without it they are refused. */
  readonly images?: ImagesBinding | undefined;
  readonly engineBinaries: EngineBinaries;
  /** The playground page. */
  readonly playgroundHtml: string;
  /** What browsers run models with. */
  readonly browserFiles: BrowserFiles;
  /** Version of this service, as `GET /health` states it. */
  readonly build: string;
  readonly limits?: Limits;
  readonly nowMs?: () => number;
  /** What bulk jobs are kept in; absent, the service has none. */
  readonly jobBindings?: JobBindings | undefined;
  /** What perceptual studies are kept in, and their page; absent, the service has none. */
  readonly study?: { readonly database: JobDatabase; readonly html: string } | undefined;
  /** What accounts for this isolate's bytes; one for all apps of an isolate. */
  readonly memory?: IsolateMemory;
  /** Opens what keeps results; absent, every one is made anew. */
  readonly results?: () => Promise<ResultStore>;
}

/** The service: what answers requests, and its bulk jobs where it has any. */
export interface Service {
  readonly app: Hono<AppEnv>;
  readonly jobs: Jobs | undefined;
}

/**
 * The service as a Hono application.
 *
 * ```ts
 * const response = await createApp(options).request("/models");
 * ```
 */
export function createApp(options: AppOptions): Hono<AppEnv> {
  return createService(options).app;
}

/** The service with its jobs, for a runtime that delivers messages too. */
export function createService({
  access,
  registry: bucket,
  codecModules,
  images,
  engineBinaries,
  playgroundHtml,
  browserFiles,
  build,
  limits = defaultLimits,
  nowMs = Date.now,
  jobBindings,
  study,
  memory = createIsolateMemory(),
  results,
}: AppOptions): Service {
  const registry = createModelRegistry(bucket, nowMs);
  const codecs = createCodecs(codecModules);
  memory.add(codecs);
  const sessions = createSessionCache({ registry, binaries: engineBinaries, memory });
  const turnstile = createTurnstile({ nowMs });
  const versions = createModelVersions({
    registry,
    // Takes its turn like an image: what a model needs to load is then there for it alone.
    load: (manifest, signal) => turnstile.pass(() => loadFailure(sessions, manifest), signal),
    nowMs,
  });
  const uploads = createUploads({ memory, nowMs });
  const translate = createTranslator({
    ...{ codecs, sessions, turnstile, memory, uploads },
    shrink: images && shrinkWith(images),
  });
  const jobs =
    jobBindings && createJobs({ bindings: jobBindings, versions, translate, uploads, limits, nowMs });
  const studies = study && createStudies({ bucket, database: study.database, nowMs });
  const about: Pick<Health, "build" | "engine"> = { build, engine: sessionBuild };

  const app = new Hono<AppEnv>();
  app.use(async (context, next) => {
    context.set("requestId", requestIdOf(context.req.raw));
    await next();
    await drainUnread(context.req.raw);
    context.header("x-request-id", context.get("requestId"));
  });
  app.onError((error, context) => {
    const response = problemResponse(error, context.get("requestId"));
    if (response.status >= 500 && !(error instanceof BusyError))
      console.error(context.get("requestId"), error);
    return response;
  });
  app.notFound((context) => {
    const error = new RequestError("not_found", `There is nothing at ${context.req.path}; start at GET /.`);
    return problemResponse(error, context.get("requestId"));
  });

  guardAccess(app, access);
  app.get("/", playgroundRoute(playgroundHtml, browserFiles));
  app.get("/health", healthRoute(versions, about));
  app.get("/openapi.json", openApiRoute({ build, limits }));
  app.get("/docs", docsRoute({ build, limits }));
  app.route("/models", modelRoutes(versions, registry));
  app.route("/engine", engineRoutes(browserFiles));
  app.post(
    "/translate",
    translateRoute({
      ...{ versions, translate, uploads, turnstile, limits, build, nowMs },
      results: results && createResultCache(results),
    }),
  );
  app.route("/jobs", jobRoutes({ jobs, versions, limits, uploads }));
  app.route("/studies", studyRoutes({ studies, html: study?.html ?? "" }));
  for (const { path, methods } of knownPaths) app.all(path, allowOnly(methods));
  return { app, jobs };
}
