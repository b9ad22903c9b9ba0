import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { escapeHtml, escapePath, scriptJson, shellArgument } from "./escape.ts";

test("escaped text holds nothing that means something to HTML, and reads back as it was", () => {
  const names = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("<", ">", "&", '"', "'", "a", ";", "/") }), (text) => {
      const escaped = escapeHtml(text);
      expect(escaped).not.toMatch(/[<>"']/);
      const back = escaped.replaceAll(/&([^;]+);/g, (_, name: keyof typeof names) => names[name]);
      expect(back).toBe(text);
    }),
  );
});

test("paths may break behind slashes only", () => {
  expect(escapePath("/a<b/c")).toBe("/<wbr>a&lt;b/<wbr>c");
});

test("JSON in a script cannot end the script", () => {
  const hostile = { "</script>": "<!--<script>", a: ["</SCRIPT "] };
  expect(scriptJson(hostile)).not.toContain("<");
  expect(JSON.parse(scriptJson(hostile))).toEqual(hostile);
});

test.skipIf(process.platform === "win32")("a shell takes a quoted argument literally", () => {
  for (const text of ["runs/horses", "it's", "$(echo no)", "a b", "-rf", '"`\\', "two\nlines", "*", ""]) {
    const printed = execFileSync("sh", ["-c", `printf %s ${shellArgument(text)}`], { encoding: "utf8" });
    expect(printed).toBe(text.startsWith("-") ? `./${text}` : text);
  }
});
