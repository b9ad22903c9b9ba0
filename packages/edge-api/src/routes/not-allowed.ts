import { RequestError } from "../problems/request-error.ts";
import type { Route } from "./route.ts";

/** Paths of the service and the methods each one answers. */
export const knownPaths = [
  { path: "/", methods: ["GET", "HEAD"] },
  { path: "/docs", methods: ["GET", "HEAD"] },
  { path: "/engine/:file", methods: ["GET", "HEAD"] },
  { path: "/engine/:build/:file", methods: ["GET", "HEAD"] },
  { path: "/health", methods: ["GET", "HEAD"] },
  { path: "/jobs", methods: ["POST"] },
  { path: "/jobs/:id", methods: ["GET", "HEAD", "DELETE"] },
  { path: "/jobs/:id/results", methods: ["GET", "HEAD"] },
  { path: "/jobs/:id/results/:index", methods: ["GET", "HEAD"] },
  { path: "/models", methods: ["GET", "HEAD"] },
  { path: "/models/:id", methods: ["GET", "HEAD"] },
  { path: "/models/:id/versions/:version/files/:sha256", methods: ["GET", "HEAD"] },
  { path: "/openapi.json", methods: ["GET", "HEAD"] },
  { path: "/studies/:id", methods: ["GET", "HEAD"] },
  { path: "/studies/:id/pictures/:picture", methods: ["GET", "HEAD"] },
  { path: "/studies/:id/results", methods: ["GET", "HEAD"] },
  { path: "/studies/:id/sessions", methods: ["POST"] },
  { path: "/studies/:id/sessions/:session/answers", methods: ["POST"] },
  { path: "/translate", methods: ["POST"] },
] as const;

/** Answers a known path asked with another method: 405 and what is allowed (RFC 9110 §15.5.6). */
export function allowOnly(methods: readonly string[]): Route {
  const allow = methods.join(", ");
  return ({ req }) => {
    throw new RequestError("method_not_allowed", `${req.path} does not answer ${req.method}; use ${allow}.`, {
      headers: { allow },
    });
  };
}
