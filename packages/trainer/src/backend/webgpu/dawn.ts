import { BackendError } from "../../errors.ts";

/** What this project uses of the package `webgpu`, Dawn's binding for Node, which may be absent. */
export interface DawnModule {
  /** @param options Dawn's own switches, such as `backend=vulkan` */
  create(options: string[]): GPU;
  /** The classes and constants a browser would have as globals. */
  readonly globals: Readonly<Record<string, unknown>>;
}

const PACKAGE = "webgpu";

/**
 * Loads Dawn's binding.
 *
 * @throws BackendError `backend_unavailable` when it is not installed or has no build for this platform
 */
export async function loadDawn(): Promise<DawnModule> {
  try {
    return (await import(PACKAGE)) as DawnModule;
  } catch (cause) {
    throw new BackendError(
      `The package ${PACKAGE} is not installed or has no build for ${process.platform}-${process.arch}; ` +
        `reinstall with optional dependencies or use another backend.`,
      { code: "backend_unavailable", cause },
    );
  }
}

/** Dawn's switches for this platform and kind of adapter. */
export function dawnOptions(software: boolean, platform: NodeJS.Platform = process.platform): string[] {
  return [
    // Dawn would try OpenGL ES next, which tfjs cannot use, and write about it to stderr.
    ...(platform === "linux" ? ["backend=vulkan"] : []),
    // SwiftShader takes half a second to compile the zeros it would write through this; Dawn writes them itself then.
    ...(software ? ["disable-dawn-features=use_vulkan_zero_initialize_workgroup_memory_extension"] : []),
  ];
}
