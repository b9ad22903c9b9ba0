/** What the page of `browser.test.ts` runs: a model from bytes and from compiled modules, the output's bytes into the document. */
import { createSession, supportedBuild } from "../index.ts";
import { noiseImage } from "./models.ts";

interface Given {
  readonly simd: string;
  readonly relaxedSimd: string;
  readonly model: string;
  readonly weights: readonly string[];
}

const given = JSON.parse(document.querySelector("#given")!.textContent!) as Given;
const bytes = (base64: string) => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
const fromBytes = { simd: bytes(given.simd), relaxedSimd: bytes(given.relaxedSimd) };
const fromModules = {
  simd: new WebAssembly.Module(fromBytes.simd),
  relaxedSimd: new WebAssembly.Module(fromBytes.relaxedSimd),
};
const model = { model: bytes(given.model), weights: given.weights.map(bytes) };
const results: Record<string, string> = { build: supportedBuild() };
for (const [name, binaries] of Object.entries({ fromBytes, fromModules })) {
  for (const arithmetic of ["integer", "float"] as const) {
    const session = await createSession(model, { binaries, arithmetic });
    const { data } = await session.run(noiseImage(24, 16));
    results[`${name} ${arithmetic}`] = btoa(String.fromCharCode(...new Uint8Array(data.buffer)));
  }
}
const element = document.querySelector<HTMLElement>("#results")!;
element.textContent = JSON.stringify(results);
element.dataset.ready = "";
