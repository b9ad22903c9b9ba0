import type { TranslateResponse } from "@unpaired/core/contracts";
import { base64Slices } from "./base64.ts";

/**
 * The JSON answer as a stream: base64 is made of the image slice by slice, so that a large result is never there a
 * second time as text.
 */
export function jsonAnswer(
  facts: Omit<TranslateResponse, "image">,
  image: Uint8Array,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const parts = jsonParts(facts, image);
  const encoder = new TextEncoder();
  return new ReadableStream({
    pull(controller) {
      const { done, value } = parts.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
  });
}

function* jsonParts(facts: object, image: Uint8Array): Generator<string> {
  yield `${JSON.stringify(facts).slice(0, -1)},"image":"`;
  yield* base64Slices(image);
  yield '"}';
}
