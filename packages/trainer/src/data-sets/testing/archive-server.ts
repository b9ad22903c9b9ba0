import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A server of one file that can be made to misbehave. */
export interface ArchiveServer {
  /** Address of the folder the file lies in. */
  readonly folder: string;
  /** `range` header of every request so far, or null. */
  readonly ranges: readonly (string | null)[];
  close(): Promise<void>;
}

/** How one request is answered; requests behind the last of them are answered rightly. */
export type Misbehaviour =
  | { readonly kind: "break off"; readonly afterBytes: number }
  | { readonly kind: "stall"; readonly afterBytes: number }
  | { readonly kind: "status"; readonly status: number }
  | { readonly kind: "claim"; readonly bytes: number }
  | { readonly kind: "go on"; readonly extraBytes: number }
  | { readonly kind: "wrong range" }
  | { readonly kind: "no ranges" };

/** Serves `content` at any path, with ranges (RFC 9110, section 14), misbehaving in the order given. */
export async function serveArchive(
  content: Uint8Array,
  misbehaviours: readonly Misbehaviour[] = [],
): Promise<ArchiveServer> {
  const ranges: (string | null)[] = [];
  const server = createServer((request, response) => {
    const misbehaviour = misbehaviours[ranges.length];
    ranges.push(request.headers.range ?? null);
    answer(request, response, content, misbehaviour);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    folder: `http://127.0.0.1:${port}/sets/`,
    ranges,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  content: Uint8Array,
  misbehaviour: Misbehaviour | undefined,
): void {
  if (misbehaviour?.kind === "status") {
    response.writeHead(misbehaviour.status).end();
    return;
  }
  const asked = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const from = misbehaviour?.kind === "no ranges" ? 0 : asked;
  const rest = content.subarray(from);
  if (from > 0) {
    const start = misbehaviour?.kind === "wrong range" ? from + 1 : from;
    response.writeHead(206, { "content-range": `bytes ${start}-${content.length - 1}/${content.length}` });
  } else {
    response.writeHead(200, misbehaviour?.kind === "claim" ? { "content-length": misbehaviour.bytes } : {});
  }
  switch (misbehaviour?.kind) {
    case "break off":
      response.write(rest.subarray(0, misbehaviour.afterBytes), () =>
        setTimeout(() => response.destroy(), 20),
      );
      break;
    case "stall":
      response.write(rest.subarray(0, misbehaviour.afterBytes));
      break;
    case "go on":
      response.write(rest);
      response.end(new Uint8Array(misbehaviour.extraBytes));
      break;
    default:
      response.end(rest);
  }
}
