/** Captures of core-identity tunnels made by hand, for the tests of facts and of cases. */
import { createFile } from "./capture_files.ts";
import { ethernetFrame, udpDatagram } from "../../../captures/wire/build.ts";
import {
  CORE_IDENTITY_PORT,
  type DataPacket,
  encode as encodeData,
  IdentityKind,
  PacketType,
  Placement,
} from "../../../captures/wire/core_identity.ts";
import {
  type Attribute,
  AttributeType,
  type ControlMessage,
  encode as encodeControl,
  Message,
} from "../../../captures/wire/core_identity_control.ts";
import { put64 } from "../../../captures/wire/octets.ts";
import { gather, type Gathered } from "../../engine/gather.ts";
import { evidenceFromCaptures } from "../../engine/declared_captures.ts";
import { judgeEvidence } from "../../engine/judge.ts";
import { readCaptureFile } from "../../engine/read_capture_file.ts";
import { referenceScope } from "../../engine/scope.ts";
import type { FactCollector } from "../../kit/collector.ts";
import { profileSchema } from "../../kit/profile.ts";
import type { Outcome } from "../../kit/verdict.ts";
import { recogniser } from "../facts/recogniser.ts";
import { CORE_IDENTITY } from "../suite.ts";

/** A frame of a capture. */
export interface Captured {
  tap: string;
  /** Milliseconds. */
  at: number;
  frame: Uint8Array;
}

/** Where a packet is seen, and which end sends it: the sender unless told. */
interface Place {
  at: number;
  tap?: string;
  from?: "sender" | "receiver";
  port?: number;
}

const ADDRESSES = { sender: "198.51.100.1", receiver: "203.0.113.1" };
const MAC = "02:00:00:00:00:01";

/** A UDP payload on its way between the ends. */
export function carried(payload: Uint8Array, place: Place): Captured {
  const { at, tap = "wan0", from = "sender", port = CORE_IDENTITY_PORT } = place;
  const datagram = udpDatagram({
    source: ADDRESSES[from],
    destination: ADDRESSES[from === "sender" ? "receiver" : "sender"],
    sourcePort: port,
    destinationPort: port,
    payload,
  });
  const frame = ethernetFrame({
    source: MAC,
    destination: MAC,
    payload: datagram,
  });
  return { tap, at, frame };
}

/** A control message; with `identities` it announces cores. */
export function control(
  message: keyof typeof Message,
  { identities, more = [], ...fields }: Partial<ControlMessage> & {
    identities?: readonly bigint[];
    more?: readonly Attribute[];
  },
  place: Place,
): Captured {
  const value = new Uint8Array((identities?.length ?? 0) * 8);
  identities?.forEach((identity, i) => put64(value, 8 * i, identity));
  const payload = encodeControl({
    ...{ version: 1, type: PacketType.control, flags: 0, message: Message[message] },
    ...{ aggregateId: 1, tunnelId: 1, sequence: 1, acknowledged: 0 },
    ...{ coreCount: identities?.length ?? 0, informationVersion: 1 },
    attributes: identities === undefined
      ? [...more]
      : [{ type: AttributeType.identities, value }, ...more],
    ...fields,
  });
  return carried(payload, place);
}

/** A tunnel that comes up in 2 ms, the receiver with these identities, the sender with two of its own. */
export function tunnelUp(
  identities: readonly bigint[] | undefined,
  { at, tap, tunnelId = 1 }: { at: number; tap?: string; tunnelId?: number },
): Captured[] {
  const own = identities === undefined ? undefined : [0n, 1n];
  return [
    control("hello", { identities: own, tunnelId }, { at, tap }),
    control("helloAck", { identities, tunnelId }, { at: at + 1, tap, from: "receiver" }),
    control("confirm", { tunnelId }, { at: at + 2, tap }),
  ];
}

/** A datagram of a flow, named by its source port. */
export function inner(sourcePort: number): Uint8Array {
  return udpDatagram({
    source: "10.1.1.2",
    destination: "10.2.1.2",
    sourcePort,
    destinationPort: 5000,
    payload: new Uint8Array(8),
  });
}

/** A data packet of the flow of a source port; its numbers are `number` unless told. */
export function data(
  sourcePort: number,
  identity: bigint | undefined,
  number: number,
  place: Place,
  more: Partial<DataPacket> = {},
): Captured {
  const piece = more.piece ?? inner(sourcePort);
  const payload = encodeData({
    ...{ version: 1, type: PacketType.data, placement: Placement.tunnel },
    kind: identity === undefined ? IdentityKind.none : IdentityKind.core,
    ...{ headerEncrypted: false, authenticated: false, sealed: false, reserved: 0, clearLength: 0 },
    ...(identity === undefined ? {} : { identity }),
    ...{ aggregateId: 1, tunnelId: 1, tunnelSequence: number, globalSequence: number },
    ...{ datagramNumber: number, pieceOffset: 0, datagramLength: piece.length, piece },
    ...more,
  });
  return carried(payload, place);
}

/** What captures are said to show. */
export interface Claim {
  roles?: readonly string[];
  classes?: readonly string[];
  parameters?: Record<string, string | number | boolean>;
}

async function withFiles<T>(
  captures: readonly Captured[],
  { roles = ["sender"], classes, parameters = {} }: Claim,
  body: (evidence: ReturnType<typeof evidenceFromCaptures>) => Promise<T>,
): Promise<T> {
  const directory = await Deno.makeTempDir({ prefix: "plumbline-tunnels-" });
  try {
    const taps = Map.groupBy(captures, ({ tap }) => tap);
    const paths = [...taps].map(([tap, frames]) =>
      createFile(`${directory}/${tap}.pcapng`, frames)
    );
    const profile = profileSchema.parse({
      ...{ name: "captures", roles, parameters },
      classes: classes ?? referenceScope(CORE_IDENTITY).classes,
      attach: {
        kind: "captures",
        taps: {
          "wan*": { node: "sender", side: "wan" },
          "far*": { node: "receiver", side: "wan" },
        },
      },
    });
    const known = referenceScope(CORE_IDENTITY).roles;
    return await body(evidenceFromCaptures(CORE_IDENTITY.name, profile, paths, known));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** What a check of the suite says of captures alone. */
export function judgedAlone(
  check: string,
  captures: readonly Captured[],
  claim: Claim = {},
): Promise<Outcome> {
  return withFiles(captures, claim, async (evidence) => {
    const prefix = `core_identity/${check}`;
    const judged = await judgeEvidence(CORE_IDENTITY, evidence, { prefix });
    const found = judged.find(({ check }) => check.id === prefix);
    if (found === undefined) throw new RangeError(`${prefix} does not judge captures alone`);
    return found.outcome;
  });
}

/** What a collector finds in captures alone, with what it could not keep. */
export function gathered<T>(
  collector: FactCollector<T>,
  captures: readonly Captured[],
  claim: Claim = {},
): Promise<{ facts: T; excess: string | undefined }> {
  return withFiles(captures, claim, async (evidence) => {
    const listener = { evidence, collectors: [collector], recognises: recogniser(evidence) };
    const { findings: [found] }: Gathered = await gather([listener], readCaptureFile);
    return {
      facts: found.facts.get(collector.name) as T,
      excess: found.excess.get(collector.name),
    };
  });
}
