/**
 * What a dissection consists of, and what a dissector is.
 *
 * A dissector understands one header. It never throws, never reads at or beyond `end`, and never
 * calls the next dissector: it says under which key of which table (`registry.ts`) the payload's
 * dissector is found. So dissectors do not know each other, and nesting costs no stack.
 */

/** One value of a header; `start` and `end` are octet offsets into the frame's bytes. */
export interface Field {
  /** The field's name in its specification, in snake_case. */
  name: string;
  value: FieldValue;
  /** First octet that holds some of the field's bits. */
  start: number;
  /** One past the last such octet. */
  end: number;
  /** What the value stands for, such as `IPv4` for an EtherType of 0x0800. */
  meaning?: string;
}

/** Octet strings are given as text: addresses in their usual form, anything else in hexadecimal. */
export type FieldValue = string | number | bigint;

/** One header, or the octets that nobody understood (`data`). */
export interface Layer {
  /** `ethernet`, `ipv4`, `udp`, …; the name of its file in `captures/wire/`. */
  name: string;
  start: number;
  end: number;
  fields: Field[];
  /** What is wrong here. */
  problem?: string;
  /** Why the dissection stopped here although nothing is wrong, such as an unknown protocol. */
  note?: string;
  /** The layer in a few words, for `describe`; without one, `describe` lists the fields. */
  summary?: string;
}

/** The tables that lead from a number in one header to the dissector of the next. */
export type TableName = "linkType" | "etherType" | "pppProtocol" | "ipProtocol" | "udp" | "tcp";

/** Where the payload lies and how its dissector is found. */
export interface Next {
  table: TableName;
  /** Tried in this order, such as destination port, then source port. */
  keys: readonly number[];
  start: number;
  end: number;
}

/** What a dissector found. */
export interface Step {
  layer: Layer;
  /** Absent when nothing follows, or when nothing that follows can be understood. */
  next?: Next;
}

/** What the headers outside told the ones inside; dissectors update it. */
export interface Context {
  /** Octets of the frame that were on the wire but not captured. */
  readonly missing: number;
  /** 4, 6 or 0 while no IP header has been seen. */
  ipVersion: number;
  /**
   * Sum of the addresses as the pseudo header has them (see `wire/checksum.ts`), or -1 when a
   * checksum over it cannot be verified.
   */
  addressSum: number;
  /** The destination's part of it, which a routing header replaces. */
  destinationSum: number;
  /** One past the datagram's last octet as its header says: beyond `end` when it was cut short. */
  datagramEnd: number;
  /** First octet of the innermost TCP header, or -1. */
  tcpStart: number;
  /** True within a fragment, or a datagram that an ICMP error quotes: not all of it is here. */
  partial: boolean;
}

/**
 * Understands the header at `start`, looking at no octet from `end` on. `view` spans `bytes`.
 * Returns undefined when the octets are evidently not of this kind, so that the next key is tried.
 */
export type Dissector = (
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  context: Context,
) => Step | undefined;

/** Lists the fields of a layer while it is being understood. */
export class LayerBuilder {
  readonly layer: Layer;

  constructor(name: string, start: number, end: number) {
    this.layer = { name, start, end, fields: [] };
  }

  /** Adds a field; returns the builder. */
  field(name: string, value: FieldValue, start: number, end: number, meaning?: string): this {
    this.layer.fields.push(
      meaning === undefined ? { name, value, start, end } : { name, value, start, end, meaning },
    );
    return this;
  }

  /** Says the layer in a few words; returns the builder. */
  summary(text: string): this {
    this.layer.summary = text;
    return this;
  }

  /** Puts another value and a meaning in the place of what a field says; returns the builder. */
  correct(name: string, value: FieldValue, meaning: string): this {
    const field = this.layer.fields.find((each) => each.name === name);
    if (field !== undefined) Object.assign(field, { value, meaning });
    return this;
  }

  /** Says why the dissection stops here, behind what is already said; returns the builder. */
  note(text: string): this {
    const { note } = this.layer;
    this.layer.note = note === undefined ? text : `${note}; ${text}`;
    return this;
  }

  /** Adds a problem behind any that is already there; returns the builder. */
  problem(text: string): this {
    const { problem } = this.layer;
    this.layer.problem = problem === undefined ? text : `${problem}; ${text}`;
    return this;
  }

  /** The last step; what lies behind `end` is padding. */
  stepToPadding(end: number): Step {
    return { layer: this.layer, next: { table: "etherType", keys: [], start: end, end } };
  }

  /** The step to the payload, or the last one when nothing follows. */
  step(next?: Next): Step {
    return next === undefined ? { layer: this.layer } : { layer: this.layer, next };
  }
}

/** The step of a header that cannot be read: its octets, and why. */
export function broken(name: string, start: number, end: number, problem: string): Step {
  return new LayerBuilder(name, start, end).problem(problem).step();
}
