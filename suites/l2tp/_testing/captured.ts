/** Captures of L2TP made by hand, and what facts and checks make of them. */
import type { Frame } from "../../../captures/frame.ts";
import { HeaderWalker } from "../../../captures/walk.ts";
import { udpDatagram } from "../../../captures/wire/build.ts";
import * as l2tp from "../../../captures/wire/l2tp.ts";
import { type Avp, encode } from "../../../captures/wire/l2tp_avp.ts";
import { type AttributeValues, avp } from "../../../captures/wire/l2tp_attributes.ts";
import { type MessageName, MessageType } from "../../../captures/wire/l2tp_message.ts";
import { inDirectory, testEvidence } from "../../_testing/test_suite.ts";
import { judgeEvidence } from "../../engine/judge.ts";
import type { Collector, FactCollector } from "../../kit/collector.ts";
import type { Evidence, EvidenceRecord, Tap } from "../../kit/evidence.ts";
import { profileSchema } from "../../kit/profile.ts";
import type { Outcome } from "../../kit/verdict.ts";
import { recogniserOf } from "../facts/recogniser.ts";
import { L2TP } from "../suite.ts";
import { BENCH_TOPOLOGY } from "../topologies.ts";

const RAW = 101;
const ROLES = ["lac", "lns"];

/** Where a packet comes from or goes to. */
export interface Place {
  address: string;
  port: number;
}

/** The ends of the bench. */
export const DEVICE: Place = { address: "10.9.0.1", port: 1701 };
/** The other one. */
export const TESTER: Place = { address: "10.9.0.2", port: 1701 };

/** Fields of a header; those that are absent are zero. */
export interface Fields {
  word?: number;
  tunnel?: number;
  session?: number;
  ns?: number;
  nr?: number;
}

/** A control message; without a name a zero-length body. */
export function control(
  name: MessageName | undefined,
  { word = 0xc802, tunnel = 0, session = 0, ns = 0, nr = 0 }: Fields,
  values: Partial<AttributeValues> = {},
  extraAvps: readonly Avp[] = [],
): Uint8Array {
  const avps = name === undefined ? [] : [
    avp("messageType", MessageType[name]),
    ...Object.entries(values).map(([key, value]) => avp(key as "hostName", value as never)),
    ...extraAvps,
  ];
  const body = Uint8Array.from(avps.flatMap((one) => [...encode(one)]));
  const header = l2tp.encode({
    ...{ flags: word & 0xfff0, version: word & 15, length: 12 + body.length },
    ...{ tunnelId: tunnel, sessionId: session, ns, nr },
  }, body.length);
  header.set(body, 12);
  return header;
}

/** A data message with a PPP frame. */
export function data(tunnel: number, session: number, frame: string): Uint8Array {
  const payload = Uint8Array.fromHex(frame);
  const octets = l2tp.encode(
    { flags: 0, version: 2, tunnelId: tunnel, sessionId: session },
    payload.length,
  );
  octets.set(payload, octets.length - payload.length);
  return octets;
}

const text = (value: string) => new TextEncoder().encode(value);

/** What an SCCRQ or an SCCRP says. */
export function introduces(assignedTunnelId: number): Partial<AttributeValues> {
  return {
    protocolVersion: { version: 1, revision: 0 },
    framingCapabilities: 3,
    hostName: text("somebody"),
    assignedTunnelId,
  };
}

/** A capture that is being made. */
export class Captured {
  readonly frames: Frame[] = [];
  #time = 1_700_000_000;

  /** A datagram, so many seconds behind the one before. */
  send(from: Place, to: Place, payload: Uint8Array, after = 0.01, checksum = true): this {
    this.#time += after;
    const bytes = udpDatagram({
      ...{ source: from.address, destination: to.address, payload, checksum },
      ...{ sourcePort: from.port, destinationPort: to.port },
    });
    const seconds = Math.floor(this.#time);
    this.frames.push({
      ...{ number: this.frames.length + 1, bytes, start: 0, end: bytes.length },
      view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
      ...{ originalLength: bytes.length, linkType: RAW, interfaceId: 0 },
      ...{ seconds, nanoseconds: Math.round((this.#time - seconds) * 1e9) },
    });
    return this;
  }

  /** A tunnel that comes up: the LAC assigns 11, the LNS 22. */
  tunnel(lac: Place, lns: Place): this {
    return this.send(lac, lns, control("SCCRQ", {}, introduces(11)))
      .send(lns, lac, control("SCCRP", { tunnel: 11, nr: 1 }, introduces(22)))
      .send(lac, lns, control("SCCCN", { tunnel: 22, ns: 1, nr: 1 }))
      .send(lns, lac, control(undefined, { tunnel: 11, ns: 1, nr: 2 }));
  }

  /** A call in it, the first: the LAC assigns 111, the LNS 222. */
  call(lac: Place, lns: Place): this {
    const request = { assignedSessionId: 111, callSerialNumber: 1 };
    const speeds = { txConnectSpeed: 1_000_000, framingType: 1 };
    return this.send(lac, lns, control("ICRQ", { tunnel: 22, ns: 2, nr: 1 }, request))
      .send(
        lns,
        lac,
        control("ICRP", { tunnel: 11, session: 111, ns: 1, nr: 3 }, {
          assignedSessionId: 222,
        }),
      )
      .send(lac, lns, control("ICCN", { tunnel: 22, session: 222, ns: 3, nr: 2 }, speeds))
      .send(lns, lac, control(undefined, { tunnel: 11, ns: 2, nr: 4 }));
  }

  /** The same frames, each changed or left out, numbered anew. */
  map(change: (frame: Frame, i: number) => readonly Frame[]): Captured {
    const captured = new Captured();
    for (const frame of this.frames.flatMap(change)) {
      captured.frames.push({ ...frame, number: captured.frames.length + 1 });
    }
    return captured;
  }
}

/** Evidence of captures alone, of somebody who plays these roles. */
export function alone(...roles: string[]): Partial<EvidenceRecord> {
  const profile = profileSchema.parse({
    ...{ name: "box", roles, classes: roles },
    attach: { kind: "captures" },
  });
  return {
    ...{ suite: "l2tp", scenario: undefined, world: "captures", captureCounters: {} },
    nodes: { device: { role: roles[0], config: {}, profile } },
    taps: [{ name: "wan", node: "device", side: "wan", file: "wan.pcapng" }],
  };
}

/** Evidence of the bench with a device of this role, whose tester has tunnels a, b and probe. */
export function bench(
  role: "lac" | "lns",
  config: object = {},
  classes: readonly string[] = [],
): Partial<EvidenceRecord> {
  const profile = profileSchema.parse({
    ...{ name: "box", roles: [role], classes: [role, ...classes] },
    attach: { kind: "process", command: ["box"] },
  });
  const wan = (address: string) => [{ port: "wan0", address, udp: 1701 }];
  const reference = profileSchema.parse({ ...profile, attach: { kind: "reference" } });
  return {
    ...{ suite: "l2tp", scenario: undefined, world: "memory", topology: BENCH_TOPOLOGY },
    nodes: {
      device: { role, config: { wan: wan(DEVICE.address), ...config }, profile },
      tester: {
        role: "tester",
        config: {
          ...{ wan: wan(TESTER.address), tunnels: { a: 11, b: 12, probe: 13 } },
          ...{ sessions: { a1: 111 }, steps: [] },
        },
        profile: reference,
      },
    },
    taps: [{ name: "wan", node: "device", side: "wan", file: "wan.pcapng" }],
  };
}

/** What a collector makes of a capture, with what its bounds confess. */
export function collect<T>(
  collector: FactCollector<T>,
  { frames }: Captured,
  more: Partial<EvidenceRecord>,
): { facts: T; excess: string | undefined } {
  const evidence: Evidence = testEvidence("", frames.length, more);
  const running = collector.begin(evidence) as Collector<T>;
  const recognises = recogniserOf(evidence), walk = new HeaderWalker();
  const tap: Tap = evidence.taps[0];
  for (const frame of frames) {
    walk.walk(frame);
    if (recognises(frame, walk, tap)) running.frame?.(frame, walk, tap);
  }
  return { facts: running.facts(), excess: running.excess() };
}

/** The outcomes of the checks whose id ends so, by id. */
export async function judge(
  { frames }: Captured,
  more: Partial<EvidenceRecord>,
  name: string,
): Promise<Record<string, Outcome>> {
  const found: Record<string, Outcome> = {};
  await inDirectory([0], async (directory) => {
    const counters = more.world === "captures"
      ? {}
      : { captureCounters: { wan: { captured: frames.length, dropped: 0 } } };
    const evidence = testEvidence(directory, frames.length, { ...more, ...counters });
    const judged = await judgeEvidence(L2TP, evidence, {
      everyCheck: more.world !== "captures",
      // Of whom nobody declares anything is judged what both roles must keep.
      ...(Object.keys(evidence.nodes).length > 0
        ? {}
        : { scopes: [{ roles: ROLES, classes: ROLES }] }),
      read: (_, sink) => {
        frames.forEach((frame) => sink(frame));
        return Promise.resolve({ frames: frames.length });
      },
    });
    for (const { check, outcome } of judged) {
      if (check.id.endsWith(name)) found[check.id] = outcome;
    }
  });
  return found;
}

/** The outcome of one check in words. */
export async function verdict(
  captured: Captured,
  more: Partial<EvidenceRecord>,
  id: string,
): Promise<string> {
  const outcome = (await judge(captured, more, id))[id];
  if (outcome === undefined) return "not judged";
  if ("reason" in outcome) return `${outcome.verdict}: ${outcome.reason}`;
  if (outcome.verdict !== "fail") return outcome.verdict;
  const frames = outcome.frames.map(({ number }) => number).join(" ");
  return `fail: ${outcome.expected} | ${outcome.actual} (${frames})`;
}

/** A LAC and an LNS of captures that came alone. */
export const LAC: Place = { address: "192.0.2.1", port: 5000 };
export const LNS: Place = { address: "192.0.2.2", port: 1701 };

/** A capture with a tunnel of theirs and a call in it. */
export const tunnelAndCall = () => new Captured().tunnel(LAC, LNS).call(LAC, LNS);
