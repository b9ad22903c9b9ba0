import { type TranslateQuery, translateQuerySchema } from "@unpaired/core/contracts";
import { RequestError } from "../problems/request-error.ts";
import { shorten } from "./shorten.ts";

/**
 * The query of `POST /translate`, every parameter known, given once and in range.
 *
 * @throws RequestError `invalid_parameter`
 */
export function parseTranslateQuery(parameters: URLSearchParams): TranslateQuery {
  const given = new Map<string, string>();
  for (const [name, value] of parameters) {
    if (given.has(name)) {
      throw new RequestError(
        "invalid_parameter",
        `Parameter "${shorten(name)}" is given twice; give it once.`,
      );
    }
    given.set(name, value);
  }
  const result = translateQuerySchema.safeParse(Object.fromEntries(given));
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  if (issue.code === "unrecognized_keys") {
    throw new RequestError(
      "invalid_parameter",
      `Parameter "${shorten(issue.keys[0]!)}" is unknown; use ${listed(Object.keys(translateQuerySchema.shape))}.`,
    );
  }
  const name = String(issue.path[0]);
  const value = given.get(name);
  throw new RequestError(
    "invalid_parameter",
    value === undefined
      ? `Parameter "${name}" is missing; GET /models lists the published models.`
      : `Parameter "${name}" is "${shorten(value)}": ${issue.message}.`,
  );
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}
