import type { Contestant } from "../../contestants/contestant.ts";
import { IMAGE_FILE, readModelFiles } from "../../model-files.ts";
import { decodeImage, encodeImage } from "../image-bytes.ts";
import { createSubject, type Subject } from "../subject.ts";

interface Environment {
  /** Answers with the model's files. */
  readonly FILES: { fetch(url: string): Promise<Response> };
}

/** A Worker whose requests start, run and question one contestant. */
export function serveSubject(startContestant: () => Promise<Contestant>) {
  let started: Subject | undefined;
  const subject = () => {
    if (!started) throw new Error("The contestant was not started.");
    return started;
  };
  const commands: Readonly<Record<string, (environment: Environment) => Promise<Response>>> = {
    async start({ FILES }) {
      const read = async (name: string) => {
        const response = await FILES.fetch(`http://files/${name}`);
        return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
      };
      const image = decodeImage((await read(IMAGE_FILE))!);
      started = createSubject({ readFiles: () => readModelFiles(read), image, startContestant });
      return Response.json({ ms: await started.start() });
    },
    run: async () => Response.json({ ms: await subject().run() }),
    memory: async () => Response.json({ webAssembly: started?.memoryBytes ?? 0 }),
    output: async () => new Response(encodeImage(await subject().output())),
  };
  return {
    async fetch(request: Request, environment: Environment): Promise<Response> {
      try {
        return await commands[new URL(request.url).pathname.slice(1)]!(environment);
      } catch (error) {
        return new Response(error instanceof Error ? error.message : String(error), { status: 500 });
      }
    },
  };
}
