import {
  type CreateJob,
  createJobSchema,
  type UploadedJob,
  uploadedJobSchema,
} from "@unpaired/core/contracts";
import type * as z from "zod";
import { RequestError } from "../problems/request-error.ts";
import { mediaTypeOf, parseForm } from "../requests/parse-form.ts";
import { readBody } from "../requests/read-body.ts";
import { shorten } from "../requests/shorten.ts";

/** A thousand keys and names of usual length; more go into a manifest. */
const JOB_JSON_BYTES = 1_000_000;
/** All uploads of a job together: they are in memory twice while the form is read. */
export const JOB_UPLOAD_BYTES = 25_000_000;
export const MOST_UPLOADS = 100;

/** An image sent along with the job. */
export interface Upload {
  readonly bytes: ArrayBuffer;
  /** The file's name; null where it has none. */
  readonly id: string | null;
}

/** What `POST /jobs` was asked for. */
export type JobRequest =
  | { readonly job: CreateJob; readonly uploads?: undefined }
  | { readonly job: UploadedJob; readonly uploads: readonly Upload[] };

/**
 * Reads the body of `POST /jobs`, within bounds.
 *
 * @param imageBytes largest upload
 * @throws RequestError `length_required`, `invalid_request`, `invalid_parameter` or `image_too_large`
 */
export async function readJobRequest(request: Request, imageBytes: number): Promise<JobRequest> {
  const contentType = request.headers.get("content-type") ?? "";
  const mediaType = mediaTypeOf(contentType);
  if (mediaType === "application/json") {
    const body = await readBounded(request, JOB_JSON_BYTES, "list the images in a manifest");
    const value = parseJson(new TextDecoder().decode(body), "The body");
    return { job: parseJob(value) };
  }
  if (mediaType === "multipart/form-data") {
    const body = await readBounded(
      request,
      JOB_UPLOAD_BYTES,
      "put the images into the bucket and send their keys",
    );
    return readForm(body, contentType, imageBytes);
  }
  throw new RequestError(
    "invalid_request",
    `Content type "${shorten(mediaType)}" is no job; send application/json, or multipart/form-data with a "job" part.`,
  );
}

function readBounded(
  request: Request,
  limitBytes: number,
  instead: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const cures = {
    missing: "send the job in it",
    tooLarge: `the most is ${limitBytes} bytes: ${instead}`,
  };
  return readBody(request, limitBytes, { cures });
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RequestError("invalid_request", `${what} is not JSON; send {"model": "…", …}.`, { cause });
  }
}

function parseJob(value: unknown): CreateJob {
  // Of the union's own message nobody learns which member was meant.
  const [listed, inManifest] = createJobSchema.options;
  const isManifest = typeof value === "object" && value !== null && "manifest" in value;
  return isManifest ? parse(inManifest, value) : parse(listed, value);
}

function parse<Output>(schema: z.ZodType<Output>, value: unknown): Output {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  const place = path
    .map((part, index) =>
      typeof part === "number" ? `[${part}]` : `${index === 0 ? "" : "."}${String(part)}`,
    )
    .join("");
  throw new RequestError("invalid_parameter", `${place === "" ? "The job" : `"${place}"`}: ${message}.`);
}

async function readForm(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
  imageBytes: number,
): Promise<JobRequest> {
  const form = await parseForm(body, contentType);
  const jobParts = form.getAll("job");
  const images = form.getAll("image");
  if (jobParts.length !== 1) {
    throw new RequestError("invalid_request", `The form has ${jobParts.length} "job" parts; send one.`);
  }
  if (images.length === 0 || images.length > MOST_UPLOADS) {
    throw new RequestError(
      "invalid_request",
      `The form has ${images.length} "image" parts; send 1 to ${MOST_UPLOADS}.`,
    );
  }
  const [part] = jobParts;
  const text = typeof part === "string" ? part : await part!.text();
  const job = parse(uploadedJobSchema, parseJson(text, 'The "job" part'));
  const uploads: Upload[] = [];
  for (const [index, image] of images.entries()) {
    if (typeof image === "string") {
      throw new RequestError("invalid_request", `"image" part ${index} is a text field; send a file.`);
    }
    if (image.size > imageBytes) {
      throw new RequestError(
        "image_too_large",
        `"image" part ${index} is ${image.size} bytes; send images of at most ${imageBytes} bytes.`,
      );
    }
    uploads.push({ bytes: await image.arrayBuffer(), id: fileName(image.name) });
  }
  return { job, uploads };
}

/** What a form calls a file that has no name. */
const NAMELESS = "blob";

function fileName(name: string): string | null {
  return name === "" || name === NAMELESS ? null : name.slice(0, 200);
}
