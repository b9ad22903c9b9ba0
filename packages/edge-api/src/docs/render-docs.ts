import { html } from "hono/html";
import { problemMeanings } from "../openapi/problem-responses.ts";
import type { OpenApiDocument } from "../openapi/types.ts";
import { problemStatuses } from "../problems/statuses.ts";
import { renderOperation } from "./render-operation.ts";
import { hasProperties, renderProperties, renderType } from "./render-schema.ts";
import { type Markup, renderText, trusted } from "./render-text.ts";
import { docsStyle } from "./style.ts";

/** The reference page of an OpenAPI document: one file, no script, nothing fetched. */
export function renderDocs(document: OpenApiDocument): string {
  const { info, paths, components, servers } = document;
  const calls = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method, path, operation })),
  );
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${info.title} · API reference</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Ccircle cx='12' cy='16' r='9' fill='%23e08a3c'/%3E%3Ccircle cx='20' cy='16' r='9' fill='%233f7fc4' fill-opacity='.85'/%3E%3C/svg%3E">
<style>${trusted(docsStyle)}</style>
</head>
<body>
<a class="skip" href="#calls">Skip to the calls</a>
<header class="frame">
<div class="brand">
<svg viewBox="0 0 32 32" aria-hidden="true"><circle cx="12" cy="16" r="9" fill="#e08a3c"/><circle cx="20" cy="16" r="9" fill="#3f7fc4" fill-opacity=".85"/></svg>
<h1>${info.title} API</h1>
<p>v${info.version}</p>
</div>
<div class="intro">
<p>${renderText(info.description)}</p>
<p>Asked at <code>${servers[0]?.url ?? "/"}</code>. Where the service asks for an API key, send <code>authorization: Bearer KEY</code>, or give the SDK's client an <code>apiKey</code>. For tools: <a href="/openapi.json">openapi.json</a>. To try it: <a href="/">the playground</a>.</p>
</div>
</header>
<nav class="frame" aria-label="Calls">
<ul>${calls.map(({ operation }) => html`<li><a href="#${operation.operationId}">${operation.summary}</a></li>`)}<li><a href="#problems">Problems</a></li><li><a href="#schemas">Schemas</a></li></ul>
</nav>
<main class="frame" id="calls">
${calls.map((call) => renderOperation(document, call))}
${renderProblems()}
<section class="reference" id="schemas" aria-labelledby="schemas-title">
<h2 id="schemas-title">Schemas</h2>
${Object.entries(components.schemas).map(
  ([name, schema]) =>
    html`<div id="schema-${name}"><h3><code>${name}</code></h3>${hasProperties(schema) ? renderProperties(schema) : html`<p class="kind">${renderType(schema)}</p>`}</div>`,
)}
</section>
</main>
<footer class="frame">Rendered from the OpenAPI ${document.openapi} document; works without a network.</footer>
</body>
</html>
`;
  return String(page);
}

function renderProblems(): Markup {
  return html`<section class="reference" id="problems" aria-labelledby="problems-title">
<h2 id="problems-title">Problems</h2>
<p class="lead">Every error is a <a href="#schema-Problem">Problem</a>. Branch on <code>code</code>, show <code>detail</code>, report <code>requestId</code>.</p>
<div class="wide" tabindex="0" role="region" aria-labelledby="problems-title"><table>
<thead><tr><th scope="col">Code</th><th scope="col">Status</th><th scope="col">When</th></tr></thead>
<tbody>${Object.entries(problemMeanings).map(
    ([code, meaning]) =>
      html`<tr><td><code>${code}</code></td><td class="status">${problemStatuses[code as keyof typeof problemStatuses].status}</td><td>${renderText(meaning)}</td></tr>`,
  )}</tbody>
</table></div>
</section>`;
}
