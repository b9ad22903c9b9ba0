import { existsSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";

/** Where distributions put Chromium, whose SwiftShader is a Vulkan driver that computes on the CPU. */
const folders = ["/usr/lib/chromium", "/usr/lib/chromium-browser", "/opt/google/chrome"];

/** glibc's `RTLD_NODELETE`, which Node has no name for. */
const KEEP_LOADED = 0x1000;

/** Path of SwiftShader's Vulkan manifest, or undefined where no Chromium brought one. */
export function findSoftwareDriver(): string | undefined {
  return folders.map((folder) => join(folder, "vk_swiftshader_icd.json")).find((path) => existsSync(path));
}

/**
 * Makes SwiftShader the Vulkan driver of this process, where it is installed and no driver was chosen already; has to
 * come before Dawn starts.
 */
export function useSoftwareDriver(): void {
  const manifest = findSoftwareDriver();
  if (!manifest || process.platform !== "linux" || process.env.VK_ICD_FILENAMES) return;
  process.env.VK_ICD_FILENAMES = manifest;
  const loader = join(dirname(manifest), "libvulkan.so.1");
  if (!existsSync(loader)) return;
  try {
    // Dawn opens "libvulkan.so.1" by name and gets the one that is loaded already, so the system needs none.
    process.dlopen({ exports: {} }, loader, constants.dlopen.RTLD_LAZY | KEEP_LOADED);
  } catch {
    // Node says that this is no addon; by then the library is loaded.
  }
}
