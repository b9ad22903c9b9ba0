import { type StudyAnswer, studyAnswerSchema } from "@unpaired/core/contracts";
import { RequestError } from "../problems/request-error.ts";
import { readBody } from "../requests/read-body.ts";

const ANSWER_BYTES = 2_000;

/**
 * Reads the body of an answer, within bounds.
 *
 * @throws RequestError `length_required`, `invalid_request`, `image_too_large` or `invalid_parameter`
 */
export async function readAnswer(request: Request): Promise<StudyAnswer> {
  const value = parseJson(new TextDecoder().decode(await readBounded(request)));
  const result = studyAnswerSchema.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  const what = path.length === 0 ? "The answer" : `"${path.join(".")}"`;
  throw new RequestError("invalid_parameter", `${what}: ${message}.`);
}

async function readBounded(request: Request): Promise<Uint8Array> {
  try {
    return await readBody(request, ANSWER_BYTES);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const message =
      error.code === "image_too_large"
        ? `The body has more than ${ANSWER_BYTES} bytes; send one answer.`
        : 'The request has no body; send {"pair": "…", "choice": "left", …}.';
    throw new RequestError(error.code, message, { cause: error });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = 'The body is not JSON; send {"pair": "…", "choice": "left", …}.';
    throw new RequestError("invalid_request", message, { cause });
  }
}
