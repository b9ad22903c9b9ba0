import { connect, createServer } from "node:net";

/** A listening port that hands every connection on to another one. */
export interface ForwardedPort {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Listens on `host`:`port` and forwards the bytes of every connection to `target`, a port of this machine.
 * The tool that runs the Worker chooses its port itself.
 *
 * @param port 0 takes any free one
 * @throws the listening error of `node:net` (`EADDRINUSE`, `EACCES`, …)
 */
export async function forwardPort(
  { host, port }: { readonly host: string; readonly port: number },
  target: number,
): Promise<ForwardedPort> {
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer({ allowHalfOpen: true }, (inbound) => {
    const outbound = connect({ host: "127.0.0.1", port: target, allowHalfOpen: true });
    for (const socket of [inbound, outbound]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.once("close", () => {
        sockets.delete(socket);
        (socket === inbound ? outbound : inbound).destroy();
      });
      // A reset of either side closes both; there is nobody to tell.
      socket.on("error", () => {});
    }
    inbound.pipe(outbound).pipe(inbound);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: address !== null && typeof address === "object" ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
