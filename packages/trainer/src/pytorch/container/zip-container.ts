import { configure, type FileEntry, Reader, Uint8ArrayWriter, ZipReader } from "@zip.js/zip.js";
import { type Complain, PytorchFileError } from "../errors.ts";
import { unpickle } from "../pickle/unpickle.ts";
import { torchWorld } from "../torch-world.ts";
import type { Container } from "./container.ts";
import type { OpenFile } from "./open-file.ts";

const MOST_ENTRIES = 20_000;
/** Most that is read at once to find the directory; real ones take a hundred bytes an entry. */
const LARGEST_DIRECTORY_BYTES = 16 * 2 ** 20;
const LARGEST_PICKLE_BYTES = 16 * 2 ** 20;

/** First bytes of a zip file. */
export const zipSignature = [0x50, 0x4b, 0x03, 0x04] as const;

/**
 * Opens the container `torch.save` writes since PyTorch 1.6: a zip of stored records, `data.pkl` and `data/<key>`.
 *
 * @throws PytorchFileError
 */
export async function openZipContainer(file: OpenFile, complain: Complain): Promise<Container> {
  configure({ useWebWorkers: false });
  const entries = await listEntries(file, complain);
  const pickles = [...entries.keys()].filter((name) => /^([^/]+\/)?data\.pkl$/.test(name));
  const [pickleName] = pickles;
  if (pickleName === undefined || pickles.length > 1) {
    throw complain("not_pytorch", "is a zip file without one data.pkl in it; give what torch.save wrote.");
  }
  const prefix = pickleName.slice(0, -"data.pkl".length);
  if (entries.has(`${prefix}constants.pkl`)) {
    throw complain(
      "unsupported_pytorch_file",
      "is a TorchScript program; save the network's state_dict() with torch.save.",
    );
  }
  const byteOrder = entries.get(`${prefix}byteorder`);
  if (byteOrder && new TextDecoder().decode(await readEntry(byteOrder, file, complain, 16)) !== "little") {
    throw complain(
      "unsupported_pytorch_file",
      "was written on a big-endian machine; save it again on another.",
    );
  }
  const bytes = await readEntry(entries.get(pickleName)!, file, complain, LARGEST_PICKLE_BYTES);
  const { value } = unpickle({ bytes, world: torchWorld(complain), complain });
  return {
    value,
    async readStorage(key) {
      const entry = entries.get(`${prefix}data/${key}`);
      if (!entry)
        throw complain("damaged_pytorch_file", `lacks the record "data/${key}" its table refers to.`);
      return readEntry(entry, file, complain);
    },
  };
}

async function listEntries(file: OpenFile, complain: Complain): Promise<Map<string, FileEntry>> {
  const reader = new ZipReader(new BoundedReader(file, complain), { checkCrc32: true });
  const entries = new Map<string, FileEntry>();
  await understood(complain, async () => {
    for await (const entry of reader.getEntriesGenerator()) {
      if (entries.size >= MOST_ENTRIES) {
        throw complain("unsupported_pytorch_file", `is a zip file of more than ${MOST_ENTRIES} records.`);
      }
      if (!entry.directory) entries.set(entry.filename, entry);
    }
  });
  return entries;
}

/** Reads one record whole; its checksum must match. */
async function readEntry(
  entry: FileEntry,
  file: OpenFile,
  complain: Complain,
  limitBytes = file.size,
): Promise<Uint8Array> {
  const { filename, encrypted, compressionMethod, compressedSize, uncompressedSize } = entry;
  const name = JSON.stringify(filename.slice(0, 100));
  if (encrypted || compressionMethod !== 0) {
    throw complain(
      "unsupported_pytorch_file",
      `has a compressed or encrypted record ${name}; save it with torch.save.`,
    );
  }
  // A size is believed only as far as the file reaches, before any memory is set aside for it.
  if (compressedSize !== uncompressedSize || uncompressedSize > Math.min(limitBytes, file.size)) {
    throw complain(
      "damaged_pytorch_file",
      `claims ${uncompressedSize} bytes for its record ${name}, more than there can be.`,
    );
  }
  const bytes = await understood(complain, () => entry.getData(new Uint8ArrayWriter()));
  if (bytes.length !== uncompressedSize) {
    throw complain(
      "damaged_pytorch_file",
      `holds ${bytes.length} bytes in its record ${name} instead of ${uncompressedSize}.`,
    );
  }
  return bytes;
}

/** What the zip reader throws is about the file, and is said as such. */
async function understood<T>(complain: Complain, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof PytorchFileError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw complain("damaged_pytorch_file", `is not a whole zip file (${reason}); get a whole copy.`, cause);
  }
}

class BoundedReader extends Reader<OpenFile> {
  readonly #file: OpenFile;
  readonly #complain: Complain;

  constructor(file: OpenFile, complain: Complain) {
    super(file);
    this.#file = file;
    this.#complain = complain;
    this.size = file.size;
  }

  override async readUint8Array(offset: number, length: number): Promise<Uint8Array> {
    if (length > LARGEST_DIRECTORY_BYTES) {
      throw this.#complain("damaged_pytorch_file", "is a zip file with an unbelievably large directory.");
    }
    if (!(offset >= 0 && offset <= this.size)) {
      throw this.#complain("damaged_pytorch_file", "is cut off; get a whole copy.");
    }
    return this.#file.read(offset, Math.min(length, this.size - offset));
  }
}
