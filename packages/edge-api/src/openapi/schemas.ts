import {
  brokenModelSchema,
  createJobSchema,
  featureStatisticSchema,
  healthSchema,
  imageFormatSchema,
  jobImageSchema,
  jobResultSchema,
  jobSchema,
  manifestSchema,
  modelListSchema,
  problemSchema,
  publishedFileSchema,
  studyAnsweredSchema,
  studyAnswerSchema,
  studyPairSchema,
  studyResultsSchema,
  studySessionSchema,
  translateResponseSchema,
  uploadedJobSchema,
} from "@unpaired/core/contracts";
import * as z from "zod";
import type { JsonSchema } from "./types.ts";

/** Every schema the document names, as the service and the SDK know it. */
export const namedSchemas = {
  BrokenModel: brokenModelSchema,
  CreateJob: createJobSchema,
  FeatureStatistic: featureStatisticSchema,
  Health: healthSchema,
  ImageFormat: imageFormatSchema,
  Job: jobSchema,
  JobImage: jobImageSchema,
  JobResult: jobResultSchema,
  Manifest: manifestSchema,
  ModelList: modelListSchema,
  Problem: problemSchema,
  PublishedFile: publishedFileSchema,
  StudyAnswer: studyAnswerSchema,
  StudyAnswered: studyAnsweredSchema,
  StudyPair: studyPairSchema,
  StudyResults: studyResultsSchema,
  StudySession: studySessionSchema,
  TranslateResponse: translateResponseSchema,
  UploadedJob: uploadedJobSchema,
};

export type SchemaName = keyof typeof namedSchemas;

/** What a property is for where its name and type do not say, by schema and path. */
const descriptions: Readonly<Record<string, string>> = {
  "BrokenModel.version": "Null where the pointer itself cannot be read.",
  "BrokenModel.serving": "Version that goes on serving; null when there is none.",
  "BrokenModel.since": "When it was found broken.",
  "FeatureStatistic.name": "Name of the feature: mean or deviation of one colour channel.",
  "Health.status": "`degraded` when the registry cannot be reached or a published version cannot be used.",
  "Health.build": "Version of this service.",
  "Health.engine": "Which WebAssembly build of the engine this isolate runs.",
  "Health.broken":
    "Published versions that cannot be used, as far as this isolate knows; absent when there is none.",
  "Job.version": "The version that all of its images get.",
  "Job.status":
    "`done` once every image is translated or failed; `failed` where the job itself cannot go on.",
  "Job.total": "Images of the job; null while its manifest is being read.",
  "Job.done": "Images translated.",
  "Job.failed": "Images that cannot be translated.",
  "Job.finishedAt": "Null until it is done, cancelled or failed.",
  "Job.detail": "Why the job failed, in one sentence; null otherwise.",
  "JobImage.key": "Key of the image in the bucket.",
  "JobImage.id": "The caller's own name for it, given back with its result.",
  "Manifest.id": "The model's id; it names one direction.",
  "Manifest.version": "Unique per model; sorts by time of publishing.",
  "Manifest.method": "The training method.",
  "Manifest.domains": "What the model translates from and to.",
  "Manifest.input.sizePixels": "Side in pixels the model was trained for.",
  "Manifest.input.multipleOf": "Both sides of what the model computes are multiples of this.",
  "Manifest.input.channels": "1 for grey, 3 for RGB.",
  "Manifest.quantization": "How the weights are stored.",
  "Manifest.parameters": "Number of trained parameters.",
  "Manifest.multiplyAdds": "Multiply-adds of one forward pass at `input.sizePixels` squared.",
  "Manifest.metrics": "Measured figures by name.",
  "Manifest.domainStatistics": "What the domain score compares an input with.",
  "Problem.type": "A URI that names the kind of problem.",
  "Problem.code": "Stable; the member to branch on.",
  "Problem.detail": "One sentence that names the offending value and the cure.",
  "Problem.requestId": "The request's id, as in `x-request-id`.",
  "PublishedFile.key": "Key of the file in the registry.",
  "StudyAnswer.pair": "Id of the pair that is due.",
  "StudyAnswer.choice": "The picture that looks real.",
  "StudyAnswer.shownMs": "Milliseconds the pair was on the screen.",
  "StudyAnswer.responseMs": "Milliseconds from its vanishing to the answer.",
  "StudyAnswered.answered": "Pairs answered so far.",
  "StudyAnswered.correct": "Whether the answer is right; on practice pairs alone.",
  "StudyAnswered.next": "A further pair to load; null where there is none.",
  "StudyPair.place": "Place in the session, from 0.",
  "StudyPair.isPractice": "Whether its answer is told right or wrong, and does not count.",
  "StudyPair.left": "Path of the picture on the left.",
  "StudyPair.right": "Path of the picture on the right.",
  "StudyResults.started": "Sessions begun.",
  "StudyResults.completed": "Sessions completed, which alone count.",
  "StudyResults.methods": "How many fakes of each method were shown, and how many of them labelled real.",
  "StudyResults.sessions": "Completed sessions with their counted answers.",
  "StudyResults.nextAfter": "What `after=` goes on with; null at the end.",
  "TranslateResponse.domainScore":
    "How far the input lies from what the model was trained on; null where the model carries no statistics.",
  "TranslateResponse.width": "Width of the image in pixels.",
  "TranslateResponse.height": "Height of the image in pixels.",
  "TranslateResponse.image": "The image's bytes, base64.",
};

/** Address of a named schema inside the document. */
export function schemaReference(name: SchemaName): { readonly $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

/** The named schemas as JSON Schema, one mentioning the other by reference. */
export function componentSchemas(): Record<SchemaName, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(namedSchemas)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, describe(plain(schema), name)]),
  ) as Record<SchemaName, JsonSchema>;
}

/** A zod schema's own JSON Schema, of what it has become after parsing. */
export function toJsonSchema(schema: z.ZodType): JsonSchema {
  return plain(z.toJSONSchema(schema));
}

// An id with a fragment is no id, and the dialect is OpenAPI 3.1's default.
function plain(schema: object): JsonSchema {
  const { $schema: _, $id: __, ...rest } = schema as JsonSchema & { $schema?: string; $id?: string };
  return rest;
}

function describe(schema: JsonSchema, path: string): JsonSchema {
  const description = descriptions[path];
  const properties =
    schema.properties &&
    Object.fromEntries(
      Object.entries(schema.properties).map(([name, value]) => [name, describe(value, `${path}.${name}`)]),
    );
  return { ...schema, ...(description && { description }), ...(properties && { properties }) };
}

/** Paths {@link componentSchemas} has a description for. */
export const describedPaths: readonly string[] = Object.keys(descriptions);
