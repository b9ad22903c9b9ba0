import { expect, it } from "vitest";
import { parseOrigins } from "./origins.ts";

it.each([
  [undefined, []],
  ["", []],
  [" * ", "*"],
  ["https://app.example", ["https://app.example"]],
  [
    " https://app.example ,http://localhost:5173,, https://app.example",
    ["https://app.example", "http://localhost:5173"],
  ],
])("reads %j", (variable, origins) => {
  expect(parseOrigins(variable)).toEqual(origins);
});

it.each([
  "app.example",
  "https://app.example/",
  "https://app.example/path",
  "https://app.example:443",
  "https://App.example",
  "https://*.example",
  "https://user@app.example",
  "null",
  "file:///x",
  "javascript:alert(1)",
  "https://app.example,*",
])("refuses %j, which no browser sends as an origin", (variable) => {
  expect(() => parseOrigins(variable)).toThrow(expect.objectContaining({ code: "service_misconfigured" }));
});
