import { toGraphModel } from "@unpaired/core";
import { healthSchema } from "@unpaired/core/contracts";
import { createPlanningSession } from "@unpaired/engine";
import { readEngineBinaries } from "@unpaired/engine/node";
import { expect, it } from "vitest";
import { appInProcess } from "../../test/app-in-process.ts";
import { identity } from "../../test/publish-model.ts";

it("names the engine's build that sessions run, not the best one this platform could", async () => {
  const app = await appInProcess({ ACCESS: "open" });
  const { engine } = healthSchema.parse(await (await app.request("/health")).json());
  const files = toGraphModel(identity.spec, identity.weights, { quantization: "float32" });
  const session = await createPlanningSession(files, { binaries: await readEngineBinaries() });
  expect(engine).toBe(session.build);
  session.dispose();
});
