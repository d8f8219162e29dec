// Reads what the event `packed` brings: whole views, and what changed of them, as compact bytes (docs/packed.md).
// It imports nothing and knows no socket: copy this file, or install the package it is in.

/** What a client holds: the view at a tick, and what it takes to understand the next bytes. */
export interface Held<State = unknown> {
  readonly state: State;
  readonly tick: number;
  /** When the tick was due: milliseconds since the Unix epoch, on the server's clock. */
  readonly t: number;
  /** Of the group: names and shapes by number, and the keyframe's tick, its time and the ticks a second. */
  readonly tables: Tables;
}

interface Tables {
  readonly names: string[];
  readonly shapes: Shape[];
  readonly from: number;
  readonly at: number;
  readonly hz: number;
}

/** Members, and what becomes of each. */
type Shape = readonly (readonly [name: string, op: number])[];
type Members = Record<string, unknown>;

const KEYFRAME = 0x80;
const TICKS = 0x10;
const REMOVE = 0;
const SET = 1;
const SHAPED = 2;
const KEYED = 3;
const DIFFERENCE = 4;

const POWERS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7];
const TEXT = new TextDecoder("utf-8", { fatal: true });

/**
 * The view after these bytes, which are a keyframe or a delta from the view that is held. Earlier states are left as
 * they are; what did not change is shared with them.
 *
 * Throws if the bytes are no delta from the held view, or not understood: ask for the whole view with `resume`, and
 * hold nothing until it comes.
 */
export function unpack<State = unknown>(bytes: ArrayBuffer | Uint8Array, held?: Held<State>): Held<State> {
  const reader = new Reader(bytes);
  const first = reader.byte();
  const next = first < KEYFRAME ? delta(reader, first, held) : keyframe(reader, first);
  if (!reader.ended()) throw new Error("packed: bytes are left");
  return next as Held<State>;
}

function keyframe(reader: Reader, version: number): Held {
  if (version !== KEYFRAME) throw new Error(`packed: unknown version ${String(version)}`);
  const tables: Tables = { from: reader.varint(), at: reader.float64(), hz: reader.varint(), names: [], shapes: [] };
  const { names, shapes } = tables;
  for (let count = reader.varint(); count > 0; count -= 1) names.push(reader.text(reader.varint()));
  const unpacker = new Unpacker(reader, tables);
  for (let count = reader.varint(); count > 0; count -= 1) unpacker.shape(0);
  const [named, shaped] = [names.length, shapes.length];
  const state = unpacker.value();
  // What the view alone added is forgotten: those who were there before never saw it.
  names.length = named;
  shapes.length = shaped;
  return { state, tick: tables.from, t: tables.at, tables };
}

function delta(reader: Reader, first: number, held: Held | undefined): Held {
  if (held === undefined || held.tick % 16 !== (first & 15)) throw new Error("packed: a delta from another view");
  const tick = held.tick + 1 + (first & TICKS ? 1 + reader.varint() : 0);
  const root = first >> 5;
  const unpacker = new Unpacker(reader, held.tables);
  const state = root === 0 ? unpacker.change(reader.byte(), held.state) : unpacker.byShape(root, held.state);
  const { from, at, hz } = held.tables;
  return { state, tick, t: at + ((tick - from) * 1000) / Math.max(hz, 1), tables: held.tables };
}

class Unpacker {
  constructor(
    private readonly reader: Reader,
    private readonly tables: Tables,
  ) {}

  /** What has become of a value. */
  change(op: number, old: unknown): unknown {
    if (op === SET) return this.value();
    if (op >= DIFFERENCE) return this.difference(op - DIFFERENCE, old);
    if (op === SHAPED) return this.byShape(1, old);
    if (op === KEYED) return Array.isArray(old) ? this.byIndex(old) : this.byKey(old);
    throw new Error("packed: nothing is left to change");
  }

  /** By the shape of this number; 1 says that it follows. */
  byShape(number: number, old: unknown): Members {
    const members = copy(old);
    const shape = this.shape(number === 1 ? this.reader.varint() : number);
    for (const [name, op] of shape) this.member(members, name, op);
    return members;
  }

  private member(members: Members, name: string, op: number): void {
    if (op === REMOVE) Reflect.deleteProperty(members, name);
    else put(members, name, this.change(op, members[name]));
  }

  private byKey(old: unknown): Members {
    const members = copy(old);
    this.entries((key, op) => {
      const name = String(key);
      this.member(members, name, this.long(op, members[name]));
    });
    return members;
  }

  private byIndex(old: readonly unknown[]): unknown[] {
    const start = this.reader.varint();
    const length = old.length + zagzig(Math.floor(start / 2));
    const elements = old.slice(0, Math.max(length, 0));
    if (start % 2 === 1) {
      this.entries((index, op) => {
        if (index > elements.length) throw new Error("packed: an element beyond the end");
        elements[index] = this.change(this.long(op, elements[index]), elements[index]);
      });
    }
    if (elements.length !== length) throw new Error("packed: a list of another length");
    return elements;
  }

  private entries(entry: (key: number, op: number) => void): void {
    for (let key = 0, last = false; !last; key += 1) {
      const token = this.reader.varint();
      last = token % 2 === 1;
      key += Math.floor(token / 8);
      entry(key, (token >> 1) & 3);
    }
  }

  /** Under a key, two operations are those of numbers too. */
  private long(op: number, old: unknown): number {
    if (typeof old !== "number" || op < SHAPED) return op;
    return DIFFERENCE + (op === SHAPED ? this.reader.byte() : 0);
  }

  private difference(digits: number, old: unknown): number {
    if (typeof old !== "number") throw new Error("packed: a difference to what is no number");
    const power = known(POWERS[digits]);
    return (Math.round(old * power) + zagzig(this.reader.varint())) / power;
  }

  /** The shape of this number; 0 and 1 are told here, the first to be remembered. */
  shape(number: number): Shape {
    if (number > 1) return known(this.tables.shapes[number - 2]);
    const shape: (readonly [string, number])[] = [];
    for (let count = this.reader.varint(); count > 0; count -= 1) {
      const token = this.reader.varint();
      const code = Math.floor(token / 16);
      const name = code > 1 ? known(this.tables.names[code - 2]) : this.reader.text(this.reader.varint());
      if (code === 0) this.tables.names.push(name);
      shape.push([name, token % 16]);
    }
    if (number === 0) this.tables.shapes.push(shape);
    return shape;
  }

  value(): unknown {
    const [type, number] = this.reader.head();
    if (type === 0) return this.reader.simple(number);
    if (type === 1) return number;
    if (type === 2) return -1 - number;
    if (type === 3) return zagzig(this.reader.varint()) / known(POWERS[number]);
    if (type === 4) return this.reader.text(number);
    if (type === 5) {
      const elements: unknown[] = [];
      while (elements.length < number) elements.push(this.value());
      return elements;
    }
    const members: Members = {};
    if (type === 6) {
      for (const [name] of this.shape(number)) put(members, name, this.value());
    } else {
      for (let count = number, key = 0; count > 0; count -= 1, key += 1) {
        key += this.reader.varint();
        put(members, String(key), this.value());
      }
    }
    return members;
  }
}

class Reader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private at = 0;

  constructor(bytes: ArrayBuffer | Uint8Array) {
    this.bytes = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
  }

  ended(): boolean {
    return this.at === this.bytes.length;
  }

  byte(): number {
    return this.view.getUint8(this.skip(1));
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 56; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw new Error("packed: a number is too large");
  }

  float64(): number {
    return this.view.getFloat64(this.skip(8), true);
  }

  text(length: number): string {
    const from = this.skip(length);
    return TEXT.decode(this.bytes.subarray(from, from + length));
  }

  /** A value's type, and its number. */
  head(): [type: number, number: number] {
    const first = this.byte();
    const low = (first >> 3) & 15;
    return [first & 7, first < 128 ? low : low + this.varint() * 16];
  }

  /** A value that is its number, or lies in memory behind it. Integers beyond 2^53 are rounded, as in JSON. */
  simple(number: number): unknown {
    if (number < 3) return [null, false, true][number];
    if (number === 3) return this.view.getFloat32(this.skip(4), true);
    if (number === 4) return this.float64();
    if (number === 5) return Number(this.view.getBigUint64(this.skip(8), true));
    if (number === 6) return Number(this.view.getBigInt64(this.skip(8), true));
    throw new Error("packed: an unknown type");
  }

  private skip(length: number): number {
    const from = this.at;
    this.at += length;
    if (this.at > this.bytes.length) throw new RangeError("packed: the bytes end too early");
    return from;
  }
}

function copy(old: unknown): Members {
  if (typeof old !== "object" || old === null) throw new Error("packed: nothing is there to change");
  return { ...old };
}

function zagzig(value: number): number {
  return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
}

/** As an own member whatever its name: players may call themselves `__proto__`. */
function put(members: Members, name: string, value: unknown): void {
  if (name !== "__proto__") members[name] = value;
  else Object.defineProperty(members, name, { value, enumerable: true, configurable: true, writable: true });
}

function known<T>(entry: T | undefined): T {
  if (entry === undefined) throw new Error("packed: an unknown name, shape or power");
  return entry;
}
