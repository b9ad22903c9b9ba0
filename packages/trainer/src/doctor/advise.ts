import type { BackendDetection } from "../backend/detect.ts";
import type { BackendName } from "../backend/select.ts";

/** What is known about the machine when advice is given. */
export interface AdviceInputs {
  readonly detections: Readonly<Record<BackendName, BackendDetection>>;
  /** Whether an NVIDIA driver answers. */
  readonly nvidia: boolean;
  readonly platform: NodeJS.Platform;
  readonly architecture: string;
}

/** The one command that would make training faster here, with what it brings; undefined where there is none. */
export function adviseFaster({
  detections: { tensorflow },
  nvidia,
  platform,
  architecture,
}: AdviceInputs): { readonly command: string; readonly why: string } | undefined {
  // TensorFlow's wheel with the C API this needs exists for 64-bit Linux alone.
  if (platform !== "linux" || architecture !== "x64") return undefined;
  if (nvidia && !(tensorflow.available && tensorflow.gpu)) {
    return { command: "trainer tensorflow install --gpu", why: "TensorFlow on this NVIDIA GPU" };
  }
  if (tensorflow.available) return undefined;
  return {
    command: "trainer tensorflow install --cpu",
    why: "TensorFlow's kernels on this CPU (needs Python's pip and a C++ compiler)",
  };
}
