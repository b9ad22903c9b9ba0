import { type Arithmetic, type EngineBinaries, supportedBuild } from "@unpaired/engine";
import type { ClientConfig, RequestOptions } from "../options.ts";
import { exchange } from "../request.ts";
import { LocalModelError } from "./local-model-error.ts";

/**
 * Fetches the one engine binary that will run.
 *
 * @param folder where `inference.wasm` and `inference.relaxed.wasm` of `@unpaired/engine` are served
 * @throws {LocalModelError} `engine_unavailable` where the file is not there
 */
export async function fetchBinaries(
  config: ClientConfig,
  folder: string | URL,
  { arithmetic, ...options }: RequestOptions & { readonly arithmetic: Arithmetic },
): Promise<EngineBinaries> {
  const isRelaxed = arithmetic === "float" && supportedBuild() === "relaxed-simd";
  const name = isRelaxed ? "inference.relaxed.wasm" : "inference.wasm";
  const { location } = globalThis as { readonly location?: { readonly href: string } };
  const base = `${folder}`.replace(/\/*$/, "/");
  if (!URL.canParse(base, location?.href)) {
    throw new LocalModelError(`engine is ${JSON.stringify(String(folder))}; give the address of a folder`, {
      code: "engine_unavailable",
    });
  }
  const url = new URL(name, new URL(base, location?.href)).href;
  const source = `GET ${url}`;
  const bytes = await exchange(config, { ...options, method: "GET", url, source }, ({ status, body }) => {
    // The magic number catches what a server says instead of 404.
    if (status >= 200 && status <= 299 && body && String(body.subarray(0, 4)) === "0,97,115,109") return body;
    throw new LocalModelError(
      `${source} answered ${status} without a WebAssembly module; serve ${name} of @unpaired/engine there`,
      { code: "engine_unavailable" },
    );
  });
  return { simd: bytes, relaxedSimd: bytes };
}
