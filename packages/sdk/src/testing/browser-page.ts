/** What the page of `browser.test.ts` runs: the client and a local model against the given server, what came of it into the document. */
import { Unpaired } from "../index.ts";
import { loadModel } from "../local/index.ts";

interface Element {
  textContent: string | null;
  readonly dataset: Record<string, string>;
  src: string;
  readonly naturalWidth: number;
  decode(): Promise<void>;
}

const { document } = globalThis as unknown as {
  readonly document: {
    querySelector(selector: string): Element | null;
    createElement(name: string): Element;
  };
};

const baseUrl = document.querySelector("#given")!.textContent!;
const client = new Unpaired({ baseUrl, runtime: { sleep: async () => {} } });
const pixels = {
  width: 64,
  height: 48,
  data: Uint8ClampedArray.from({ length: 64 * 48 * 4 }, (_, index) =>
    index % 4 === 3 ? 255 : (index * 7) % 251,
  ),
};
const hash = async (bytes: Uint8Array<ArrayBuffer>) =>
  Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))).join();

const large = new Uint8Array(12_000_000);
large.set(new Uint8Array(await (await client.translate(pixels, { model: "echo" })).arrayBuffer()));
const steps: number[] = [];
const echoed = await client.translate(large, {
  model: "slow",
  onUploadProgress: ({ sentBytes }) => void steps.push(sentBytes),
});
const refusal = await client
  .translate(large, { model: "refuse", onUploadProgress: () => {} })
  .catch((error) => error.toJSON());
const controller = new AbortController();
const abortion = await client
  .translate(large, { model: "hang", signal: controller.signal, onUploadProgress: () => controller.abort() })
  .catch((error) => error.name);

const result = await client.translate(pixels, { model: "echo" });
const image = document.createElement("img");
const url = await result.objectUrl();
image.src = url.href;
await image.decode();
url.revoke();
const isRevoked = await fetch(url.href).then(
  () => false,
  () => true,
);

const model = await loadModel("summer2winter", { baseUrl });
const local = await model.translate(pixels);
const formats: Record<string, string> = {};
for (const format of ["png", "jpeg", "webp"] as const) {
  formats[format] = (await (await model.translate(await result.blob(), { format })).blob()).type;
}

const results = document.querySelector("#results")!;
results.textContent = JSON.stringify({
  steps,
  echoedBytes: (await echoed.bytes()).length,
  refusal,
  abortion,
  shownWidth: image.naturalWidth,
  isRevoked,
  isSamePixels: (await hash((await result.imageData()).data as never)) === (await hash(pixels.data as never)),
  local: Array.from((await local.imageData()).data),
  formats,
});
results.dataset.ready = "";
