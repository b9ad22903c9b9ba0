import { type StudyAnswer, studyAnswerSchema } from "@unpaired/core/contracts";
import { RequestError } from "../problems/request-error.ts";
import { readBody } from "../requests/read-body.ts";

const ANSWER_BYTES = 2_000;
const EXAMPLE = '{"pair": "…", "choice": "left", …}';

/**
 * Reads the body of an answer, within bounds.
 *
 * @throws RequestError `length_required`, `invalid_request`, `image_too_large` or `invalid_parameter`
 */
export async function readAnswer(request: Request): Promise<StudyAnswer> {
  const cures = { missing: `send ${EXAMPLE}`, tooLarge: `send one answer of at most ${ANSWER_BYTES} bytes` };
  const value = parseJson(new TextDecoder().decode(await readBody(request, ANSWER_BYTES, { cures })));
  const result = studyAnswerSchema.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  const what = path.length === 0 ? "The answer" : `"${path.join(".")}"`;
  throw new RequestError("invalid_parameter", `${what}: ${message}.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RequestError("invalid_request", `The body is not JSON; send ${EXAMPLE}.`, { cause });
  }
}
