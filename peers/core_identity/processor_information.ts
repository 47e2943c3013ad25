import type { Attribute } from "../../captures/wire/core_identity_control.ts";
import { AttributeType } from "../../captures/wire/core_identity_control.ts";
import type { NodeConfig } from "./config.ts";

/** What a node announces about its cores ([0068]-[0070], catalogue D0-08). */
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

/** A core as its owner knows it: index over all processing units, and identity. */
export interface Core {
  index: number;
  identity: bigint;
}

/** An ASCII name of up to 8 characters as a 64-bit identity, left-aligned. */
export function identityOfName(name: string): bigint {
  let value = 0n;
  for (let i = 0; i < 8; i++) {
    value = value << 8n | BigInt(i < name.length ? name.charCodeAt(i) : 0);
  }
  return value;
}

/** Total number of cores that exist, offered or not. */
export function physicalCores(config: NodeConfig): number {
  return config.processors.reduce((sum, unit) => sum + unit.cores, 0);
}

const FIELDS = ["dscp", "protocol"] as const;

function u16s(values: readonly number[]): Uint8Array {
  const out = new Uint8Array(values.length * 2);
  const view = new DataView(out.buffer);
  values.forEach((value, i) => view.setUint16(i * 2, Math.min(65535, value)));
  return out;
}

function readU16s(value: Uint8Array, from = 0): number[] {
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  const out = [];
  for (let i = from; i + 2 <= value.length; i += 2) out.push(view.getUint16(i));
  return out;
}

/** The attributes that carry processor information. */
export function informationAttributes(information: ProcessorInformation): Attribute[] {
  const identities = new Uint8Array(information.identities.length * 8);
  const view = new DataView(identities.buffer);
  information.identities.forEach((identity, i) => view.setBigUint64(i * 8, identity));
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
    const view = listed && new DataView(listed.buffer, listed.byteOffset, listed.length);
    identities.push(view && view.byteLength >= i * 8 + 8 ? view.getBigUint64(i * 8) : BigInt(i));
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
