import { type ProblemCode, pictureIdSchema, studyIdSchema } from "@unpaired/core/contracts";
import { codeSamples } from "./code-samples.ts";
import { exampleStudyAnswer, exampleStudyResults, exampleStudySession } from "./examples.ts";
import { headerReferences, optionalHeaders } from "./headers.ts";
import { problemResponses } from "./problem-responses.ts";
import { requestIdParameter } from "./request-headers.ts";
import { schemaReference, toJsonSchema } from "./schemas.ts";
import type { Operation, Parameter, PathItem } from "./types.ts";

/** Participants have no key. */
const open: Operation["security"] = [];
const everywhere: readonly ProblemCode[] = ["not_found", "internal_error", "model_unavailable"];

const idParameter: Parameter = {
  name: "id",
  in: "path",
  required: true,
  description: "Id of the study, as `trainer study create` said it.",
  schema: toJsonSchema(studyIdSchema),
  example: exampleStudyResults.study,
};

/** `/studies/{id}` and what is below, by path. */
export function studyPaths(origin: string): Record<string, PathItem> {
  return {
    "/studies/{id}": { get: studyPageOperation() },
    "/studies/{id}/pictures/{picture}": { get: studyPictureOperation() },
    "/studies/{id}/sessions": { post: startSessionOperation() },
    "/studies/{id}/sessions/{session}/answers": { post: answerOperation() },
    "/studies/{id}/results": { get: studyResultsOperation(origin) },
  };
}

function studyPageOperation(): Operation {
  return {
    operationId: "studyPage",
    summary: "Take part in a perceptual study",
    description:
      "The page for participants. Where studies are not set up, every path of them answers 404 (`not_found`).",
    tags: ["Studies"],
    security: open,
    parameters: [idParameter, requestIdParameter],
    responses: {
      "200": {
        description: "The page.",
        headers: headerReferences("cache-control"),
        content: { "text/html": { schema: { type: "string" } } },
      },
      ...problemResponses(everywhere),
    },
  };
}

function studyPictureOperation(): Operation {
  return {
    operationId: "studyPicture",
    summary: "Get a picture of a study",
    description: "All pictures of a study have the same size, in pixels and in bytes.",
    tags: ["Studies"],
    security: open,
    parameters: [
      idParameter,
      {
        name: "picture",
        in: "path",
        required: true,
        description: "Id of the picture, from `left` or `right` of a pair.",
        schema: toJsonSchema(pictureIdSchema),
      },
      requestIdParameter,
    ],
    responses: {
      "200": {
        description: "The picture.",
        headers: headerReferences("cache-control"),
        content: { "image/webp": { schema: { type: "string", format: "binary" } } },
      },
      ...problemResponses(everywhere),
    },
  };
}

function startSessionOperation(): Operation {
  return {
    operationId: "startStudySession",
    summary: "Begin a session, or go on with it",
    description:
      "Draws this participant's pairs. A browser is known by a cookie of this study alone and takes part once: begun again, its session goes on; completed, it is `completed`.",
    tags: ["Studies"],
    security: open,
    parameters: [idParameter, requestIdParameter],
    responses: {
      "200": {
        description: "The session with the pair that is due and the one behind it.",
        headers: { ...headerReferences("cache-control"), ...optionalHeaders("set-cookie") },
        content: {
          "application/json": { schema: schemaReference("StudySession"), example: exampleStudySession },
        },
      },
      ...problemResponses([...everywhere, "rate_limited"]),
    },
  };
}

function answerOperation(): Operation {
  return {
    operationId: "answerStudyPair",
    summary: "Answer the pair that is due",
    description:
      "Pairs are answered in their order, each one once; the same answer again is answered the same. An answer that comes sooner than the pair can have been seen is refused with 409 (`conflict`). Only on practice pairs it says whether the answer is right.",
    tags: ["Studies"],
    security: open,
    parameters: [
      idParameter,
      {
        name: "session",
        in: "path",
        required: true,
        description: "Id of the session.",
        schema: toJsonSchema(studyIdSchema),
      },
      requestIdParameter,
    ],
    requestBody: {
      required: true,
      description: "The answer.",
      content: {
        "application/json": { schema: schemaReference("StudyAnswer"), example: exampleStudyAnswer },
      },
    },
    responses: {
      "200": {
        description: "It is taken.",
        headers: headerReferences("cache-control"),
        content: {
          "application/json": {
            schema: schemaReference("StudyAnswered"),
            example: { answered: 11, next: null, status: "running" },
          },
        },
      },
      ...problemResponses([
        ...everywhere,
        "invalid_request",
        "conflict",
        "length_required",
        "image_too_large",
        "invalid_parameter",
        "rate_limited",
      ]),
    },
  };
}

function studyResultsOperation(origin: string): Operation {
  return {
    operationId: "studyResults",
    summary: "Get the results of a study",
    description:
      "Counts of each method over all completed sessions, and those sessions' answers, 100 sessions at a time. `trainer study results` makes a table with intervals of it.",
    tags: ["Studies"],
    parameters: [
      idParameter,
      {
        name: "after",
        in: "query",
        description: "What `nextAfter` said; 0 by default.",
        schema: { type: "integer", minimum: 0, maximum: 999_999_999_999_999 },
      },
      requestIdParameter,
    ],
    responses: {
      "200": {
        description: "The results.",
        headers: headerReferences("cache-control"),
        content: {
          "application/json": { schema: schemaReference("StudyResults"), example: exampleStudyResults },
        },
      },
      ...problemResponses([
        ...everywhere,
        "unauthorized",
        "invalid_parameter",
        "rate_limited",
        "service_misconfigured",
      ]),
    },
    "x-codeSamples": codeSamples(origin, {
      curl: `curl "{origin}/studies/${exampleStudyResults.study}/results"`,
    }),
  };
}
