import type { CodeSample } from "./types.ts";

/** A call with curl and with the SDK; the SDK's sample starts with the client it is made on. */
export function codeSamples(origin: string, { curl, sdk }: { curl: string; sdk?: string }): CodeSample[] {
  const shell: CodeSample = { lang: "Shell", label: "curl", source: curl.replaceAll("{origin}", origin) };
  if (sdk === undefined) return [shell];
  const imports = /^import .*\n/gm;
  const source = [
    ...(sdk.match(imports) ?? []),
    'import { Unpaired } from "@unpaired/sdk";\n\n',
    `const client = new Unpaired({ baseUrl: ${JSON.stringify(origin)} });\n`,
    sdk.replaceAll(imports, ""),
  ].join("");
  return [shell, { lang: "TypeScript", label: "SDK", source }];
}
