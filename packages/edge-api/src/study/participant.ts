import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import type { AppEnv } from "../routes/route.ts";

const COOKIE = "unpaired-participant";
const YEAR_SECONDS = 365 * 24 * 3600;

/**
 * What this browser is known by in one study alone; a browser that is new gets a name. The page's script cannot read it, other
 * studies and other sites do not get it.
 */
export function participantOf(context: Context<AppEnv>, study: string): string {
  const given = getCookie(context, COOKIE);
  if (given !== undefined && /^[0-9a-f]{32}$/.test(given)) return given;
  const participant = crypto.randomUUID().replaceAll("-", "");
  setCookie(context, COOKIE, participant, {
    path: `/studies/${study}`,
    httpOnly: true,
    sameSite: "Strict",
    secure: new URL(context.req.url).protocol === "https:",
    maxAge: YEAR_SECONDS,
  });
  return participant;
}
