import { createRequire } from "node:module";
import { join } from "node:path";
import { BackendError } from "../../errors.ts";
import type { TensorflowBinding } from "./binding.ts";
import { prepareEnvironment } from "./environment.ts";
import { findInstallation, type Surroundings } from "./installation.ts";

const require = createRequire(import.meta.url);

/**
 * Loads the installed addon into this thread; Node loads it only once.
 *
 * @throws BackendError `backend_unavailable` when none is installed or the system cannot load it
 */
export function loadBinding(surroundings?: Surroundings): TensorflowBinding {
  const found = findInstallation(surroundings);
  if ("reason" in found) throw new BackendError(found.reason, { code: "backend_unavailable" });
  prepareEnvironment(found.variant);
  const addon = join(found.folder, found.addon);
  try {
    return require(addon) as TensorflowBinding;
  } catch (cause) {
    throw new BackendError(
      `The system cannot load ${addon} (${(cause as Error).message}); run trainer tensorflow install again.`,
      { code: "backend_unavailable", cause },
    );
  }
}
