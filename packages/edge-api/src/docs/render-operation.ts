import { html } from "hono/html";
import type { Header, OpenApiDocument, Operation, Parameter, ResponseObject } from "../openapi/types.ts";
import { renderType } from "./render-schema.ts";
import { type Markup, renderText } from "./render-text.ts";

/** One call: what it takes, what it answers, and how it is made. */
export function renderOperation(
  document: OpenApiDocument,
  { method, path, operation }: { method: string; path: string; operation: Operation },
): Markup {
  const { operationId, parameters = [], requestBody, responses } = operation;
  const samples = operation["x-codeSamples"] ?? [];
  return html`<section class="call" id="${operationId}" aria-labelledby="${operationId}-title">
<div class="head">
<h2 id="${operationId}-title">${operation.summary}</h2>
<p class="line"><span class="method ${method}">${method.toUpperCase()}</span><code>${path}</code></p>
<p class="lead">${renderText(operation.description)}</p>
</div>
${
  samples.length > 0
    ? html`<div class="samples">${samples.map(
        ({ label, source }) =>
          html`<div class="sample"><h3>${label}</h3><pre><code>${source}</code></pre></div>`,
      )}</div>`
    : ""
}
<div class="details">
${[
  ["Path", parameters.filter((parameter) => parameter.in === "path")] as const,
  ["Query", parameters.filter((parameter) => parameter.in === "query")] as const,
  ["Request headers", parameters.filter((parameter) => parameter.in === "header")] as const,
].map(([title, some]) => (some.length > 0 ? renderParameters(title, some) : ""))}
${
  requestBody
    ? html`<h3>Body</h3><dl class="fields"><div><dt><span>${codeList(Object.keys(requestBody.content))}</span></dt><dd>${renderText(requestBody.description)}</dd></div></dl>`
    : ""
}
<h3>Answers</h3>
<dl class="fields">${Object.entries(responses).map(([status, response]) => renderResponse(document, status, response))}</dl>
</div>
</section>`;
}

function renderParameters(title: string, parameters: readonly Parameter[]): Markup {
  return html`<h3>${title}</h3><dl class="fields">${parameters.map(
    ({ name, schema, required, description }) => html`<div>
<dt><code>${name}</code><span class="kind">${renderType(schema)}</span>${required ? html`<span class="must">required</span>` : ""}</dt>
<dd>${renderText(description)}</dd></div>`,
  )}</dl>`;
}

function renderResponse(
  document: OpenApiDocument,
  status: string,
  { description, headers = {}, content = {} }: ResponseObject,
): Markup {
  const isProblem = "application/problem+json" in content;
  const types = Object.keys(content);
  const named = Object.values(content).find(({ schema }) => schema.$ref)?.schema;
  return html`<div><dt><code class="status">${status}</code>${isProblem ? "" : html`<span class="kind">${codeList(types)}${named ? html` (${renderType(named)})` : ""}</span>`}</dt>
<dd>${renderText(description)}</dd>
${isProblem ? "" : renderHeaders(document, Object.keys(headers))}</div>`;
}

function renderHeaders({ components }: OpenApiDocument, names: readonly string[]): Markup {
  const known = names.flatMap((name): [string, Header][] => {
    const header = components.headers[name];
    return header ? [[name, header]] : [];
  });
  return html`<dd><details><summary>Headers: ${known.length}</summary><dl class="fields">${known.map(
    ([name, { description, required, example }]) =>
      html`<div><dt><code>${name}</code>${required ? "" : html`<span class="quiet">where known</span>`}</dt><dd>${renderText(description)}</dd>${example ? html`<dd class="quiet"><code>${example}</code></dd>` : ""}</div>`,
  )}</dl></details></dd>`;
}

function codeList(names: readonly string[]): Markup {
  return html`${names.map((name, index) => html`${index > 0 ? ", " : ""}<code>${name}</code>`)}`;
}
