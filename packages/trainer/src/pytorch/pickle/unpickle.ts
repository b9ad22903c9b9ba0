import type { Complain } from "../errors.ts";
import { ByteCursor } from "./byte-cursor.ts";
import { opcode } from "./opcodes.ts";
import { readConstant } from "./read-constant.ts";

/** A Python list; a tuple is a plain array, a dict a Map. */
export class PickleList {
  readonly items: unknown[] = [];
}

/** What the outside world contributes to a pickle; nothing of it runs code from the file. */
export interface PickleWorld {
  /** What a class or function name stands for; throws for one that is not allowed. */
  global(module: string, name: string): unknown;
  /** What calling it gives. `spend` counts work that grows with the arguments. */
  call(callable: unknown, args: readonly unknown[], spend: (work: number) => void): unknown;
  /** What a persistent id refers to. */
  persistent(id: unknown): unknown;
}

/** Options of {@link unpickle}. */
export interface UnpickleOptions {
  readonly bytes: Uint8Array;
  readonly world: PickleWorld;
  readonly complain: Complain;
}

/** Instructions and items moved; the largest state dicts need some ten thousand. */
const MOST_WORK = 500_000;
const MOST_STACKED = 50_000;
const MOST_MARKS = 1_000;
const MOST_MEMORIES = 100_000;
const LONGEST_NAME_BYTES = 256;
const LATEST_PROTOCOL = 5;

/**
 * Interprets one pickle with a machine that knows only what state dicts need: constants, containers, a memo, names from
 * an allow-list. It builds data and executes nothing.
 *
 * @returns the value and the number of bytes it took
 * @throws PytorchFileError `damaged_pytorch_file` or `forbidden_pickle`
 */
export function unpickle({ bytes, world, complain }: UnpickleOptions): { value: unknown; length: number } {
  const cursor = new ByteCursor(bytes, complain);
  const machine = new Machine(cursor, world, complain);
  return { value: machine.run(), length: cursor.position };
}

class Machine {
  readonly #cursor: ByteCursor;
  readonly #world: PickleWorld;
  readonly #complain: Complain;
  readonly #stack: unknown[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, unknown>();
  #work = 0;

  constructor(cursor: ByteCursor, world: PickleWorld, complain: Complain) {
    this.#cursor = cursor;
    this.#world = world;
    this.#complain = complain;
  }

  run(): unknown {
    if (this.#cursor.uint8() !== opcode.PROTO) throw this.#complain("not_pytorch", "holds no pickle.");
    this.#checkProtocol();
    for (;;) {
      this.#spend(1);
      const code = this.#cursor.uint8();
      if (code === opcode.STOP) {
        const value = this.#pop();
        if (this.#stack.length > 0) throw this.#inconsistent("values are left over");
        return value;
      }
      this.#execute(code);
    }
  }

  #execute(code: number): void {
    const cursor = this.#cursor;
    const constant = readConstant(code, cursor, (kind) =>
      kind === "too large" ? this.#tooLarge() : this.#inconsistent("a text is not UTF-8"),
    );
    if (constant !== undefined) {
      this.#push(constant);
      return;
    }
    switch (code) {
      case opcode.PROTO:
        this.#checkProtocol();
        break;
      case opcode.FRAME:
        // Where a frame ends matters only to readers that fetch ahead.
        cursor.uint64();
        break;
      case opcode.MARK:
        if (this.#marks.length >= MOST_MARKS) throw this.#tooLarge();
        this.#marks.push(this.#stack.length);
        break;
      case opcode.EMPTY_TUPLE:
        this.#push([]);
        break;
      case opcode.TUPLE1:
      case opcode.TUPLE2:
      case opcode.TUPLE3:
        this.#push(this.#popMany(code - opcode.TUPLE1 + 1));
        break;
      case opcode.TUPLE:
        this.#push(this.#popToMark());
        break;
      case opcode.EMPTY_LIST:
        this.#push(new PickleList());
        break;
      case opcode.APPEND:
        this.#append(this.#popMany(1));
        break;
      case opcode.APPENDS:
        this.#append(this.#popToMark());
        break;
      case opcode.EMPTY_DICT:
        this.#push(new Map());
        break;
      case opcode.SETITEM:
        this.#setItems(this.#popMany(2));
        break;
      case opcode.SETITEMS:
        this.#setItems(this.#popToMark());
        break;
      case opcode.BINPUT:
        this.#remember(cursor.uint8());
        break;
      case opcode.LONG_BINPUT:
        this.#remember(cursor.uint32());
        break;
      case opcode.MEMOIZE:
        this.#remember(this.#memo.size);
        break;
      case opcode.BINGET:
        this.#recall(cursor.uint8());
        break;
      case opcode.LONG_BINGET:
        this.#recall(cursor.uint32());
        break;
      case opcode.GLOBAL: {
        const module = cursor.line(LONGEST_NAME_BYTES);
        this.#push(this.#world.global(module, cursor.line(LONGEST_NAME_BYTES)));
        break;
      }
      case opcode.STACK_GLOBAL: {
        const [module, name] = this.#popMany(2);
        if (typeof module !== "string" || typeof name !== "string")
          throw this.#inconsistent("a class has no name");
        this.#push(this.#world.global(module, name));
        break;
      }
      case opcode.REDUCE: {
        const [callable, args] = this.#popMany(2);
        if (!Array.isArray(args)) throw this.#inconsistent("a call has no arguments");
        this.#push(this.#world.call(callable, args, (work) => this.#spend(work)));
        break;
      }
      case opcode.BINPERSID:
        this.#push(this.#world.persistent(this.#pop()));
        break;
      case opcode.BUILD:
        this.#build();
        break;
      default:
        throw this.#complain(
          "forbidden_pickle",
          `uses the pickle instruction 0x${code.toString(16).padStart(2, "0")}, which no state dict needs; save the network's state_dict() with torch.save.`,
        );
    }
  }

  /** Attributes set on an ordered dict (`_metadata`, the modules' versions) carry no tensors and are left out. */
  #build(): void {
    this.#pop();
    if (!(this.#top() instanceof Map)) {
      throw this.#complain("forbidden_pickle", "sets attributes of an object, which no state dict does.");
    }
  }

  #checkProtocol(): void {
    const protocol = this.#cursor.uint8();
    if (protocol < 2 || protocol > LATEST_PROTOCOL) {
      throw this.#complain(
        "unsupported_pytorch_file",
        `is pickled with protocol ${protocol}; 2 to ${LATEST_PROTOCOL} are read.`,
      );
    }
  }

  #push(value: unknown): void {
    if (this.#stack.length >= MOST_STACKED) throw this.#tooLarge();
    this.#stack.push(value);
  }

  /** The lowest stack index that belongs to the innermost mark. */
  get #floor(): number {
    return this.#marks.at(-1) ?? 0;
  }

  #pop(): unknown {
    return this.#popMany(1)[0];
  }

  #popMany(count: number): unknown[] {
    if (this.#stack.length - this.#floor < count) throw this.#inconsistent("a value is missing");
    return this.#stack.splice(this.#stack.length - count, count);
  }

  #popToMark(): unknown[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw this.#inconsistent("a mark is missing");
    const items = this.#stack.splice(mark);
    this.#spend(items.length);
    return items;
  }

  #top(): unknown {
    if (this.#stack.length <= this.#floor) throw this.#inconsistent("a value is missing");
    return this.#stack.at(-1);
  }

  #append(items: readonly unknown[]): void {
    const list = this.#top();
    if (!(list instanceof PickleList)) throw this.#inconsistent("something is appended to what is no list");
    for (const item of items) list.items.push(item);
  }

  #setItems(items: readonly unknown[]): void {
    const dict = this.#top();
    if (!(dict instanceof Map) || items.length % 2 !== 0) throw this.#inconsistent("an entry has no dict");
    for (let index = 0; index < items.length; index += 2) dict.set(items[index], items[index + 1]);
  }

  #remember(index: number): void {
    if (this.#memo.size >= MOST_MEMORIES) throw this.#tooLarge();
    this.#memo.set(index, this.#top());
  }

  #recall(index: number): void {
    if (!this.#memo.has(index)) throw this.#inconsistent(`it refers to value ${index}, which it never made`);
    this.#push(this.#memo.get(index));
  }

  #spend(work: number): void {
    this.#work += work;
    if (this.#work > MOST_WORK) throw this.#tooLarge();
  }

  #inconsistent(what: string): Error {
    return this.#complain(
      "damaged_pytorch_file",
      `has a table of tensors that does not hold together: ${what}.`,
    );
  }

  #tooLarge(): Error {
    return this.#complain(
      "forbidden_pickle",
      "has a table far larger than any network's; it is not read further.",
    );
  }
}
