import type { ClientConfig, Fetch } from "./options.ts";
import { maxBodyBytes } from "./read-bounded.ts";

/** How much of an image is on its way to the server. */
export interface UploadProgress {
  /** Bytes handed to the network in this try. */
  readonly sentBytes: number;
  readonly totalBytes: number;
}

/** Bytes between two reports where the steps are our own. */
const stepBytes = 64 * 1024;

type OnProgress = (progress: UploadProgress) => void;

/** A `fetch` that tells how far the upload of its Blob is, as finely as the platform can. */
export function reportUpload({ fetch, hasOwnFetch }: ClientConfig, onProgress: OnProgress): Fetch {
  const { XMLHttpRequest, process } = globalThis as unknown as Platform;
  const isNode = process?.versions?.node !== undefined && !process.versions.bun && !process.versions.deno;
  // Only XMLHttpRequest tells of uploads in browsers, whose fetch streams bodies over HTTP/2 at best.
  const send =
    XMLHttpRequest && !hasOwnFetch
      ? viaXmlHttpRequest(XMLHttpRequest, onProgress)
      : isNode
        ? viaStream(fetch, onProgress)
        : fetch;
  return async (url, init) => {
    const totalBytes = (init.body as Blob).size;
    onProgress({ sentBytes: 0, totalBytes });
    const response = await send(url, init);
    onProgress({ sentBytes: totalBytes, totalBytes });
    return response;
  };
}

/** Node counts what its socket has taken; the length goes along, for the API wants one. */
function viaStream(fetch: Fetch, onProgress: OnProgress): Fetch {
  return (url, init) => {
    const blob = init.body as Blob;
    const headers = new Headers(init.headers);
    headers.set("content-length", String(blob.size));
    let sentBytes = 0;
    const body = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        if (sentBytes > 0 && sentBytes < blob.size) onProgress({ sentBytes, totalBytes: blob.size });
        if (sentBytes >= blob.size) return controller.close();
        const part = blob.slice(sentBytes, sentBytes + stepBytes);
        controller.enqueue(new Uint8Array(await part.arrayBuffer()));
        sentBytes += part.size;
      },
    });
    return fetch(url, { ...init, headers, body, duplex: "half" } as RequestInit);
  };
}

function viaXmlHttpRequest(XMLHttpRequest: XhrClass, onProgress: OnProgress): Fetch {
  return (url, { method = "POST", headers, body, signal }) =>
    new Promise((resolve, reject) => {
      // A listener would come too late: what was given up before is not sent, as fetch does not.
      if (signal?.aborted) return reject(signal.reason);
      const xhr = new XMLHttpRequest();
      const totalBytes = (body as Blob).size;
      const onAbort = () => xhr.abort();
      const fail = () => reject(new TypeError("the connection failed"));
      xhr.open(method, url);
      xhr.responseType = "arraybuffer";
      new Headers(headers).forEach((value, name) => void xhr.setRequestHeader(name, value));
      xhr.upload.onprogress = ({ loaded }) => {
        if (loaded < totalBytes) onProgress({ sentBytes: loaded, totalBytes });
      };
      xhr.onprogress = ({ loaded }) => {
        if (loaded > maxBodyBytes) xhr.abort();
      };
      xhr.onload = () => {
        const { status } = xhr;
        const mayHaveBody = status !== 204 && status !== 205 && status !== 304;
        resolve(
          new Response(mayHaveBody ? xhr.response : null, {
            status,
            headers: parseHeaders(xhr.getAllResponseHeaders()),
          }),
        );
      };
      xhr.onerror = fail;
      xhr.onabort = fail;
      xhr.onloadend = () => signal?.removeEventListener("abort", onAbort);
      signal?.addEventListener("abort", onAbort);
      xhr.send(body as Blob);
    });
}

/** The header block of an XMLHttpRequest: `name: value` lines. */
function parseHeaders(block: string): Headers {
  const headers = new Headers();
  for (const line of block.trim().split(/[\r\n]+/)) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.append(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
  }
  return headers;
}

interface Platform {
  readonly XMLHttpRequest?: XhrClass;
  readonly process?: { readonly versions?: Readonly<Record<string, string | undefined>> };
}

type XhrClass = new () => Xhr;

type ProgressListener = (event: { readonly loaded: number }) => void;

/** The part of XMLHttpRequest used here, written down because only browsers' types have it. */
interface Xhr {
  readonly status: number;
  readonly response: ArrayBuffer;
  readonly upload: { onprogress: ProgressListener | null };
  responseType: "arraybuffer";
  onprogress: ProgressListener | null;
  onload: (() => void) | null;
  onerror: (() => void) | null;
  onabort: (() => void) | null;
  onloadend: (() => void) | null;
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  getAllResponseHeaders(): string;
  abort(): void;
  send(body: Blob): void;
}
