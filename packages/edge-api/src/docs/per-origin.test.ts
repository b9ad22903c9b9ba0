import { expect, it } from "vitest";
import { perOrigin } from "./per-origin.ts";

it("makes once for an origin, whatever the path, and anew for another", () => {
  const made: string[] = [];
  const page = perOrigin((origin) => {
    made.push(origin);
    return { origin };
  });
  const first = page("https://a.example/docs?x=1");
  expect(page("https://a.example/openapi.json")).toBe(first);
  expect(page("http://a.example/docs")).toEqual({ origin: "http://a.example" });
  expect(page("https://a.example/docs")).toEqual(first);
  expect(made).toEqual(["https://a.example", "http://a.example", "https://a.example"]);
});
