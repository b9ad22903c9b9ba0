import { availableParallelism, cpus } from "node:os";

/**
 * Runs a benchmark from the command line: reads its options, names the machine, measures. A bad option gets its sentence,
 * the usage and exit code 2.
 */
export async function runCommandLine<Options>({
  readOptions,
  usage,
  main,
}: {
  readonly readOptions: (args: string[]) => Options;
  readonly usage: string;
  readonly main: (options: Options) => Promise<void>;
}): Promise<void> {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
  let options: Options;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exitCode = 2;
    return;
  }
  console.log(
    `${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores, Node ${process.version}\n`,
  );
  await main(options);
}
