import { readEngineBinaries } from "../node.ts";
import type { EngineBinaries } from "../runtime/build.ts";
import { supportedBuild } from "../runtime/build.ts";
import { webAssembly } from "../runtime/webassembly.ts";

/** The builds this platform can run, compiled, each as the binaries that make a session use it. */
export async function everyBuild(): Promise<[string, EngineBinaries][]> {
  const { simd, relaxedSimd } = await readEngineBinaries();
  const plain = await webAssembly.compile(simd as Uint8Array);
  const builds: [string, EngineBinaries][] = [["simd", { simd: plain, relaxedSimd: plain }]];
  if (supportedBuild() === "relaxed-simd") {
    const relaxed = await webAssembly.compile(relaxedSimd as Uint8Array);
    builds.push(["relaxed-simd", { simd: plain, relaxedSimd: relaxed }]);
  }
  return builds;
}
