import { Validator } from "@seriousme/openapi-schema-validator";
import { problemCodeSchema } from "@unpaired/core/contracts";
import { describe, expect, it } from "vitest";
import { appInProcess } from "../../test/app-in-process.ts";
import { defaultLimits } from "../requests/limits.ts";
import { openApiDocument } from "./document.ts";
import {
  exampleHealth,
  exampleJob,
  exampleJobResults,
  exampleManifest,
  exampleStudyAnswer,
  exampleStudyResults,
  exampleStudySession,
  exampleTranslation,
} from "./examples.ts";
import { describedPaths, namedSchemas } from "./schemas.ts";
import type { JsonSchema } from "./types.ts";

const document = openApiDocument({ origin: "https://api.example", build: "1.2.3", limits: defaultLimits });
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ method, path, operation })),
);

describe("the OpenAPI document", () => {
  it("is OpenAPI 3.1, says a validator, with every reference resolved", async () => {
    const validator = new Validator();
    const result = await validator.validate({ ...structuredClone(document) });
    expect(result).toEqual({ valid: true });
    expect(validator.version).toBe("3.1");
    const resolved = JSON.stringify(validator.resolveRefs());
    expect(resolved).not.toContain('"$ref"');
  });

  it("would not pass that validator if it were wrong", async () => {
    const wrong = { ...document, paths: { "/models": { get: { responses: { "200": {} } } } } };
    expect((await new Validator().validate(structuredClone(wrong))).valid).toBe(false);
  });

  it("has every path and method the application answers, and no other", async () => {
    const app = await appInProcess({ ACCESS: "open" });
    const answered = app.routes
      .filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
    const documented = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(documented.sort()).toEqual([...new Set(answered)].sort());
  });

  it("names every problem code, and its status is the one the service answers", () => {
    const codes = new Set(
      operations.flatMap(({ operation }) =>
        Object.values(operation.responses).flatMap(({ content }) =>
          Object.keys(content?.["application/problem+json"]?.examples ?? {}),
        ),
      ),
    );
    const elsewhere = ["method_not_allowed"];
    expect([...codes, ...elsewhere].sort()).toEqual([...problemCodeSchema.options].sort());
  });

  it("explains every parameter, and has its operations' ids once", () => {
    for (const { operation } of operations) {
      for (const { name, description, schema } of operation.parameters ?? []) {
        expect(description, name).toMatch(/\.$/);
        expect(Object.keys(schema), name).not.toEqual([]);
      }
    }
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("describes properties that exist", () => {
    for (const described of describedPaths) {
      const [name = "", ...keys] = described.split(".");
      let schema: JsonSchema | undefined = document.components.schemas[name];
      for (const key of keys) schema = schema?.properties?.[key];
      expect(schema?.description, described).toBeTruthy();
    }
  });

  it("shows examples that its own schemas accept", () => {
    expect(namedSchemas.Manifest.parse(exampleManifest)).toEqual(exampleManifest);
    expect(namedSchemas.Health.parse(exampleHealth)).toEqual(exampleHealth);
    expect(namedSchemas.TranslateResponse.parse(exampleTranslation)).toEqual(exampleTranslation);
    expect(namedSchemas.Job.parse(exampleJob)).toEqual(exampleJob);
    expect(namedSchemas.StudySession.parse(exampleStudySession)).toEqual(exampleStudySession);
    expect(namedSchemas.StudyAnswer.parse(exampleStudyAnswer)).toEqual(exampleStudyAnswer);
    expect(namedSchemas.StudyResults.parse(exampleStudyResults)).toEqual(exampleStudyResults);
    for (const result of exampleJobResults) expect(namedSchemas.JobResult.parse(result)).toEqual(result);
    for (const { operation } of operations) {
      for (const { content } of Object.values(operation.responses)) {
        for (const { value } of Object.values(content?.["application/problem+json"]?.examples ?? {})) {
          expect(namedSchemas.Problem.safeParse(value).error).toBeUndefined();
        }
      }
    }
  });
});
