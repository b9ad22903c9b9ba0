import { ConfigError } from "../errors.ts";

/** What `--domains horse,zebra` names. @throws ConfigError `invalid_config` */
export function domainsNamed(text: string): { readonly A: string; readonly B: string } {
  const [A, B, ...more] = text.split(",");
  if (A && B && more.length === 0) return { A, B };
  throw new ConfigError(`--domains is "${text}"; give two names with a comma between, such as horse,zebra.`, {
    code: "invalid_config",
  });
}
