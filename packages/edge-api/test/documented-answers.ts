import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { JsonSchema, OpenApiDocument } from "../src/openapi/types.ts";

/** Holds answers and values to an OpenAPI document, with a JSON Schema validator that is not ours. */
export interface DocumentedAnswers {
  /** What an answer is that the document does not say; empty when all is as described. Reads the body. */
  differences(method: string, path: string, response: Response): Promise<string[]>;
  /** Whether the parameter's schema accepts a value. */
  accepts(schema: JsonSchema, value: unknown): boolean;
}

export function documentedAnswers(document: OpenApiDocument): DocumentedAnswers {
  const validator = new Ajv2020({ strict: false, allErrors: true });
  // The package's types know the one dialect only.
  (addFormats as unknown as (ajv: Ajv2020) => void)(validator);
  validator.addSchema(document, "api");
  const described = document.components.headers;

  return {
    async differences(method, path, response) {
      const bytes = new Uint8Array(await response.arrayBuffer());
      const answer = document.paths[path]?.[method as "get" | "post" | "delete"]?.responses[response.status];
      if (!answer) return [`${method} ${path} answers ${response.status}`];
      const { headers = {}, content = {} } = answer;
      const found = Object.keys(described).flatMap((name) => {
        const value = response.headers.get(name);
        const { required = false, schema } = { ...described[name]!, ...headers[name] };
        if (value === null) return name in headers && required ? [`no ${name}`] : [];
        if (!(name in headers)) return [`${name} is there`];
        return new RegExp(schema.pattern ?? ".").test(value) ? [] : [`${name} is ${value}`];
      });
      if (Object.keys(content).length === 0) return bytes.length === 0 ? found : [...found, "a body"];
      const type = response.headers.get("content-type")?.split(";", 1)[0] ?? "no type";
      if (!(type in content)) return [...found, `content type ${type}`];
      if (!/[/+]json$/.test(type)) return found;
      const status = String(response.status);
      const pointer = ["paths", path, method, "responses", status, "content", type, "schema"]
        .map((segment) => encodeURIComponent(segment.replaceAll("~", "~0").replaceAll("/", "~1")))
        .join("/");
      validator.validate({ $ref: `api#/${pointer}` }, JSON.parse(new TextDecoder().decode(bytes)));
      const errors = validator.errors ?? [];
      return [...found, ...errors.map(({ instancePath, message }) => `${instancePath} ${message}`)];
    },
    accepts: (schema, value) => validator.validate(schema, value),
  };
}
