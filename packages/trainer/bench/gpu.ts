import { execFile } from "node:child_process";

/** Samples the first GPU by nvidia-smi until it is stopped; nothing where there is none. */
export function watchGpu(intervalMs = 500): {
  stop(): Promise<{ megabytes: number; utilisation: number } | undefined>;
} {
  const samples: [utilisation: number, megabytes: number][] = [];
  let running = true;
  const sample = () =>
    new Promise<boolean>((resolve) => {
      const query = ["--query-gpu=utilization.gpu,memory.used", "--format=csv,noheader,nounits"];
      execFile("nvidia-smi", query, { timeout: 5000 }, (error, stdout) => {
        const [utilisation, megabytes] = stdout.split("\n")[0]!.split(",").map(Number);
        if (!error) samples.push([utilisation!, megabytes!]);
        resolve(!error);
      });
    });
  const loop = (async () => {
    while (running && (await sample())) await new Promise((resolve) => setTimeout(resolve, intervalMs));
  })();
  return {
    async stop() {
      running = false;
      await loop;
      if (samples.length === 0) return undefined;
      const mean = samples.reduce((sum, [utilisation]) => sum + utilisation, 0) / samples.length;
      return { megabytes: Math.max(...samples.map(([, used]) => used)), utilisation: Math.round(mean) };
    },
  };
}
