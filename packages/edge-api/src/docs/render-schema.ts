import { html } from "hono/html";
import type { JsonSchema } from "../openapi/types.ts";
import { type Markup, renderText } from "./render-text.ts";

const LARGEST_INTEGER = Number.MAX_SAFE_INTEGER;

/** A schema in a few words: `integer, 1–100`, `"png" | "jpeg"`, `array of Manifest`. */
export function renderType(schema: JsonSchema): Markup {
  const { $ref, anyOf, allOf, items, type } = schema;
  if ($ref !== undefined) {
    const name = $ref.slice($ref.lastIndexOf("/") + 1);
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const [first] = allOf ?? [];
  if (first) return renderType(first);
  if (anyOf) return html`${anyOf.map((one, index) => html`${index > 0 ? " | " : ""}${renderType(one)}`)}`;
  if (items) return html`array of ${renderType(items)}${bounds(schema.minItems, schema.maxItems)}`;
  if (type === "object" && typeof schema.additionalProperties === "object") {
    return html`object of ${renderType(schema.additionalProperties)}`;
  }
  return [type ?? "any", schema.format].filter(Boolean).join(", ") + numericBounds(schema);
}

/** The properties of an object as a list of terms; objects inside it with dotted names. */
export function renderProperties(schema: JsonSchema): Markup {
  return html`<dl class="fields">${propertiesOf(schema, "").map(
    ({ name, schema, isRequired }) => html`<div>
<dt><code>${name}</code><span class="kind">${renderType(schema)}</span>${isRequired ? "" : html`<span class="quiet">optional</span>`}</dt>
${schema.description ? html`<dd>${renderText(schema.description)}</dd>` : ""}</div>`,
  )}</dl>`;
}

interface Property {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
}

/** Whether there is anything for {@link renderProperties} to list. */
export function hasProperties(schema: JsonSchema): boolean {
  return Object.keys(merged(schema).properties ?? {}).length > 0;
}

/** An object that comes in several kinds as one: what only some have is optional. */
function merged(schema: JsonSchema): JsonSchema {
  const kinds = schema.oneOf ?? schema.anyOf;
  if (!kinds?.every((kind) => kind.properties)) return schema;
  const names = [...new Set(kinds.flatMap((kind) => Object.keys(kind.properties!)))];
  const variants = (name: string) => {
    const all = kinds.flatMap((kind) => kind.properties![name] ?? []);
    return all.filter((one, index) => all.findIndex((other) => isSame(one, other)) === index);
  };
  const merge = (name: string): JsonSchema => {
    const [first, ...others] = variants(name);
    return others.length === 0 ? first! : { anyOf: [first!, ...others] };
  };
  return {
    properties: Object.fromEntries(names.map((name) => [name, merge(name)])),
    required: names.filter((name) => kinds.every((kind) => kind.required?.includes(name))),
  };
}

function isSame(left: JsonSchema, right: JsonSchema): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function propertiesOf(schema: JsonSchema, prefix: string): Property[] {
  const { properties = {}, required = [] } = merged(schema);
  return Object.entries(properties).flatMap(([key, schema]) => {
    const name = prefix + key;
    const own = { name, schema, isRequired: required.includes(key) };
    return schema.properties ? [own, ...propertiesOf(schema, `${name}.`)] : [own];
  });
}

function numericBounds({ minimum, exclusiveMinimum, maximum, type }: JsonSchema): string {
  const least = minimum ?? (type === "integer" && exclusiveMinimum === 0 ? 1 : undefined);
  if (least === undefined && exclusiveMinimum !== undefined) return `, over ${exclusiveMinimum}`;
  return bounds(least, maximum);
}

function bounds(least: number | undefined, most: number | undefined): string {
  const isOpen = most === undefined || most >= LARGEST_INTEGER;
  if (least === undefined || least <= -LARGEST_INTEGER) return isOpen ? "" : `, at most ${most}`;
  return isOpen ? `, at least ${least}` : `, ${least}–${most}`;
}
