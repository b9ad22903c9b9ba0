import { once } from "node:events";

/** A connection to V8's inspector. */
export interface Inspector {
  /** @throws Error when V8 refuses, or the connection ends first */
  send(method: string): Promise<Readonly<Record<string, unknown>>>;
  close(): void;
}

interface Reply {
  readonly id?: number;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

/**
 * Connects to an inspector.
 *
 * Source: Chrome DevTools Protocol.
 */
export async function connectInspector(url: URL): Promise<Inspector> {
  const socket = new WebSocket(url);
  const waiting = new Map<number, { resolve(reply: Reply): void; reject(error: Error): void }>();
  let sent = 0;
  socket.addEventListener("message", ({ data }) => {
    const reply = JSON.parse(String(data)) as Reply;
    if (reply.id === undefined) return;
    waiting.get(reply.id)?.resolve(reply);
    waiting.delete(reply.id);
  });
  socket.addEventListener("close", () => {
    for (const { reject } of waiting.values()) reject(new Error("The inspector's connection ended."));
  });
  await once(socket, "open");
  return {
    async send(method) {
      const id = ++sent;
      const reply = await new Promise<Reply>((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        socket.send(JSON.stringify({ id, method }));
      });
      if (reply.error) throw new Error(`The inspector refuses ${method}: ${reply.error.message}`);
      return reply.result ?? {};
    },
    close: () => socket.close(),
  };
}
