/**
 * Processor information: what a node tells its peers about its cores, as attributes of a control
 * message (catalogue D0-08). `core_identity_control.ts` says what each attribute holds:
 *
 * ```text
 * +-------------------------------+-------------------------------+
 * |           Type = 1            |        Length = 2 n           |
 * +-------------------------------+-------------------------------+
 * |      Cores of unit 0 (16)     |      Cores of unit 1 (16)     | …
 * +-------------------------------+-------------------------------+
 * |           Type = 2            |        Length = 8 n           |
 * +-------------------------------+-------------------------------+
 * :                   Identity of core 0 (64)                     : …
 * +-------------------------------+-------------------------------+
 * |     Type = 3, 4, or 6         |        Length = 2 n           |
 * +-------------------------------+-------------------------------+
 * |   Position or load (16)       |   Position or load (16)       | …
 * +-------------------------------+-------------------------------+
 * |           Type = 5            |        Length = 2 + 2 n       |
 * +---------------+---------------+-------------------------------+
 * |  Field  (8)   |  Value  (8)   |        Position (16)          | …
 * +---------------+---------------+-------------------------------+
 * ```
 *
 * @see seed 000 [0068]-[0070]
 */
import { type Attribute, AttributeType } from "./core_identity_control.ts";
import { get16, get64, put16, put64 } from "./octets.ts";

/** What a node tells its peers about its cores. */
export interface ProcessorInformation {
  /** Grows with every change. */
  version: number;
  /** Cores of each processing unit. */
  units: number[];
  /** Identity of each offered core, in order; its length is the Core Count. */
  identities: bigint[];
  /** Positions in `identities` that must not be selected, or should be selected first. */
  excluded: number[];
  preferred: number[];
  /** Cores kept for datagrams with this DSCP or protocol. */
  reserved: { field: "dscp" | "protocol"; value: number; cores: number[] }[];
  /** Load of each offered core in order; empty when unknown. */
  loads: number[];
}

const FIELDS = ["dscp", "protocol"] as const;

function u16s(values: readonly number[]): Uint8Array {
  const out = new Uint8Array(values.length * 2);
  values.forEach((value, i) => put16(out, i * 2, Math.min(65535, value)));
  return out;
}

function readU16s(value: Uint8Array, from = 0): number[] {
  const out = [];
  for (let i = from; i + 2 <= value.length; i += 2) out.push(get16(value, i));
  return out;
}

/** The attributes that carry processor information. */
export function informationAttributes(information: ProcessorInformation): Attribute[] {
  const identities = new Uint8Array(information.identities.length * 8);
  information.identities.forEach((identity, i) => put64(identities, i * 8, identity));
  const out: Attribute[] = [
    { type: AttributeType.processingUnits, value: u16s(information.units) },
    { type: AttributeType.identities, value: identities },
  ];
  const some = (type: number, values: number[]) => {
    if (values.length > 0) out.push({ type, value: u16s(values) });
  };
  some(AttributeType.excluded, information.excluded);
  some(AttributeType.preferred, information.preferred);
  for (const rule of information.reserved) {
    const head = [FIELDS.indexOf(rule.field) + 1, rule.value];
    out.push({
      type: AttributeType.reserved,
      value: new Uint8Array([...head, ...u16s(rule.cores)]),
    });
  }
  some(AttributeType.loads, information.loads);
  return out;
}

/**
 * Processor information from a message, or undefined when the message carries none. Without an
 * identity list the identities are 0 to Core Count - 1; a list that disagrees with the count is cut
 * or ignored, as its surplus names no core.
 */
export function readInformation(
  coreCount: number,
  version: number,
  attributes: readonly Attribute[],
): ProcessorInformation | undefined {
  if (coreCount === 0) return undefined;
  const of = (type: number) => attributes.find((a) => a.type === type)?.value;
  const listed = of(AttributeType.identities);
  const identities = [];
  for (let i = 0; i < coreCount; i++) {
    const isListed = listed !== undefined && listed.length >= i * 8 + 8;
    identities.push(isListed ? get64(listed, i * 8) : BigInt(i));
  }
  const within = (values: number[]) => values.filter((value) => value < coreCount);
  const numbers = (type: number) => readU16s(of(type) ?? new Uint8Array());
  const reserved: ProcessorInformation["reserved"] = [];
  for (const { type, value } of attributes) {
    const field = type === AttributeType.reserved ? FIELDS[value[0] - 1] : undefined;
    if (field !== undefined && value.length >= 4) {
      reserved.push({ field, value: value[1], cores: within(readU16s(value, 2)) });
    }
  }
  return {
    version,
    units: numbers(AttributeType.processingUnits),
    identities,
    excluded: within(numbers(AttributeType.excluded)),
    preferred: within(numbers(AttributeType.preferred)),
    reserved,
    loads: numbers(AttributeType.loads).slice(0, coreCount),
  };
}
