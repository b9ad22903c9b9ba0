import { describe, expect, it } from "vitest";
import { readAccessSettings } from "./access-settings.ts";

const API_KEYS = JSON.stringify([{ id: "web", sha256: "0".repeat(64) }]);

describe("readAccessSettings", () => {
  it("is closed to all but the keys, and open only when told so", () => {
    expect(readAccessSettings({ API_KEYS })).toMatchObject({ keys: [{ keyId: "web" }], isRateLimited: true });
    expect(readAccessSettings({ ACCESS: "keys", API_KEYS }).keys).toHaveLength(1);
    expect(readAccessSettings({ ACCESS: "open", API_KEYS: "" }).keys).toBeUndefined();
  });

  it("takes what is empty for absent", () => {
    const settings = readAccessSettings({ ACCESS: "", API_KEYS, CORS_ORIGINS: "", RATE_LIMIT: "" });
    expect(settings).toMatchObject({ keys: [{ keyId: "web" }], origins: [], isRateLimited: true });
  });

  it.each([
    [{}, "No API key is set up"],
    [{ ACCESS: "keys" }, "No API key is set up"],
    [{ ACCESS: "public" }, 'ACCESS is "public"'],
    [{ ACCESS: "OPEN" }, 'ACCESS is "OPEN"'],
    [{ ACCESS: "open", API_KEYS }, "ACCESS is open while API_KEYS are set"],
    [{ API_KEYS: "nonsense" }, "API_KEYS is not JSON"],
    [{ API_KEYS, RATE_LIMIT: "10" }, 'RATE_LIMIT is "10"'],
    [{ API_KEYS, CORS_ORIGINS: "app.example" }, 'CORS_ORIGINS holds "app.example"'],
  ])("refuses %j", (variables, sentence) => {
    expect(() => readAccessSettings(variables)).toThrow(
      expect.objectContaining({
        name: "AccessError",
        code: "service_misconfigured",
        message: expect.stringContaining(sentence),
      }),
    );
  });
});
