import { BackendError } from "../../errors.ts";
import { type DawnModule, dawnOptions, loadDawn } from "./dawn.ts";
import { useSoftwareDriver } from "./software-driver.ts";

/** Which kind of adapter is wanted. */
export interface AdapterChoice {
  /** A software adapter, slower than the wasm backend but good for tests; default: what UNPAIRED_WEBGPU_SOFTWARE says. */
  readonly software?: boolean;
}

/** An adapter with the Dawn it came from; dropping `gpu` would end the adapter. */
export interface OpenAdapter {
  readonly dawn: DawnModule;
  readonly gpu: GPU;
  readonly adapter: GPUAdapter;
  readonly description: string;
  readonly software: boolean;
}

/** Whether the environment asks for a software adapter. */
export function softwareFromEnvironment(environment: NodeJS.ProcessEnv = process.env): boolean {
  const value = environment.UNPAIRED_WEBGPU_SOFTWARE ?? "";
  return value !== "" && value !== "0";
}

/**
 * Opens the fastest GPU, or a software adapter where one is asked for.
 *
 * Dawn has been seen to end the process over a broken driver; `detectWebgpu` tries in a process of its own first.
 *
 * @throws BackendError `backend_unavailable` when there is none
 */
export async function openAdapter({
  software = softwareFromEnvironment(),
}: AdapterChoice = {}): Promise<OpenAdapter> {
  if (software) useSoftwareDriver();
  const dawn = await loadDawn();
  const gpu = dawn.create(dawnOptions(software));
  const adapter = await gpu.requestAdapter(
    software ? { forceFallbackAdapter: true } : { powerPreference: "high-performance" },
  );
  if (!adapter) {
    throw unavailable(
      software
        ? "Dawn found no software adapter; install Chromium, whose SwiftShader is one."
        : "Dawn found no GPU with a Vulkan, Metal or Direct3D 12 driver; install the GPU's driver or use another backend.",
    );
  }
  const { device, description, vendor, isFallbackAdapter } = adapter.info;
  if (isFallbackAdapter && !software) {
    throw unavailable(
      `The only WebGPU adapter, ${device || description}, computes on the CPU, slower than wasm; ` +
        "set UNPAIRED_WEBGPU_SOFTWARE=1 to use it all the same.",
    );
  }
  return {
    dawn,
    gpu,
    adapter,
    description: [device || vendor, description].filter(Boolean).join(", "),
    software: isFallbackAdapter,
  };
}

/** Limits tfjs's shaders may go up to, beyond what every device has. */
const raisedLimits = [
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxStorageBufferBindingSize",
  "maxBufferSize",
  "maxComputeWorkgroupSizeX",
  "maxComputeInvocationsPerWorkgroup",
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/** A device of that adapter with the adapter's own limits on buffers and workgroups. */
export function openDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const requiredLimits = Object.fromEntries(raisedLimits.map((name) => [name, adapter.limits[name]]));
  // Timestamps let tf.time measure kernels.
  const requiredFeatures: GPUFeatureName[] = adapter.features.has("timestamp-query")
    ? ["timestamp-query"]
    : [];
  return adapter.requestDevice({ requiredLimits, requiredFeatures });
}

function unavailable(message: string): BackendError {
  return new BackendError(message, { code: "backend_unavailable" });
}
