import { serve } from "./serve.ts";

process.exitCode = await serve(process.argv.slice(2), {
  workingDirectory: process.env.INIT_CWD ?? process.cwd(),
  write: (line) => console.log(line),
  writeError: (line) => console.error(line),
  untilStopped: () =>
    new Promise((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
    }),
});
// The Workers runtime may leave a handle behind; everything of ours is closed.
process.exit();
