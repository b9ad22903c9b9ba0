import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { invert, publishModel } from "../../test/publish-model.ts";
import { type ServedRegistry, serveRegistry } from "../../test/served-registry.ts";
import type { OpenApiDocument } from "../openapi/types.ts";

let server: ServedRegistry;
beforeAll(async () => {
  server = await serveRegistry((directory) =>
    publishModel(directory, { id: "summer2winter", version: "v1", ...invert, sizePixels: 32 }),
  );
});
afterAll(() => server.close());

describe("GET /docs", () => {
  it("is one file without a script, that fetches nothing and may not", async () => {
    const response = await fetch(`${server.url}/docs`);
    const html = await response.text();
    expect(response.headers.get("content-type")).toMatch(/^text\/html/);
    const policy = response.headers.get("content-security-policy")!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe");
    expect(html).not.toMatch(
      /<script|<link [^>]*href="(?!data:)|@import|url\((?!"data:)| src="| style="| on\w+="/,
    );
  });

  it("shows every call, parameter, code and schema of the document", async () => {
    const html = await (await fetch(`${server.url}/docs`)).text();
    const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as OpenApiDocument;
    for (const [path, item] of Object.entries(document.paths)) {
      expect(html).toContain(`<code>${path}</code>`);
      for (const { operationId, parameters = [], responses } of Object.values(item)) {
        const [, section = ""] = html.split(`<section class="call" id="${operationId}"`);
        const [call = ""] = section.split("</section>");
        for (const { name } of parameters) expect(call).toContain(`<code>${name}</code>`);
        for (const status of Object.keys(responses))
          expect(call).toContain(`<code class="status">${status}</code>`);
      }
    }
    for (const name of Object.keys(document.components.schemas))
      expect(html).toContain(`id="schema-${name}"`);
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of html.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
  });

  it("takes no markup from the host it is asked at", async () => {
    const headers = { host: 'x"><script>alert(1)</script>' };
    const response = await fetch(`${server.url}/docs`, { headers }).catch(() => undefined);
    expect((await response?.text()) ?? "").not.toContain("<script>alert");
  });
});
