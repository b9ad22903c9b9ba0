import { newKey } from "./new-key.ts";

process.exitCode = await newKey(process.argv.slice(2), {
  write: (line) => console.log(line),
  writeError: (line) => console.error(line),
});
