import type { Hono } from "hono";
import type { AppEnv } from "../routes/route.ts";
import { AccessError } from "./access-error.ts";
import { type AccessSettings, type AccessVariables, readAccessSettings } from "./access-settings.ts";
import { allowQueriedModels } from "./allow-models.ts";
import { authenticate } from "./authenticate.ts";
import { crossOrigin } from "./cross-origin.ts";
import { isPublicPath } from "./public-paths.ts";
import { limitParticipants, limitRate, type RateLimiter } from "./rate-limit.ts";
import { securityHeaders } from "./security-headers.ts";

/** Variables, secrets and bindings that access is made of. */
export interface AccessBindings extends AccessVariables {
  /** Absent, nothing is limited. */
  readonly RATE_LIMITER?: RateLimiter | undefined;
}

/**
 * Puts everything in front of the routes that decides who is answered; add routes after it. Set up wrongly, the
 * service answers its public pages only and everything else with what is wrong.
 */
export function guardAccess(app: Hono<AppEnv>, { RATE_LIMITER, ...variables }: AccessBindings): void {
  app.use(securityHeaders());
  const settings = settingsOrError(variables);
  if (settings instanceof AccessError) {
    console.error(settings.message);
    app.use((context, next) => {
      if (isPublicPath(context.req.path)) return next();
      throw settings;
    });
    return;
  }
  if (settings.origins.length > 0) app.use(crossOrigin(settings.origins));
  const guards = [authenticate(settings.keys)];
  if (RATE_LIMITER !== undefined && settings.isRateLimited) guards.push(limitRate(RATE_LIMITER));
  if (RATE_LIMITER !== undefined && settings.isRateLimited) {
    app.use("/studies/:id/sessions/*", limitParticipants(RATE_LIMITER));
  }
  guards.push(allowQueriedModels());
  for (const guard of guards) {
    app.use((context, next) => (isPublicPath(context.req.path) ? next() : guard(context, next)));
  }
}

function settingsOrError(variables: AccessVariables): AccessSettings | AccessError {
  try {
    return readAccessSettings(variables);
  } catch (error) {
    if (error instanceof AccessError) return error;
    throw error;
  }
}
