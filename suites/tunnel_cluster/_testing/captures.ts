/** Captures of a cluster made by hand, and what collectors and checks say of them. */
import type { Frame } from "../../../captures/frame.ts";
import { LINK_TYPE } from "../../../captures/link.ts";
import { HeaderWalker } from "../../../captures/walk.ts";
import { udpDatagram } from "../../../captures/wire/build.ts";
import { viewOf } from "../../../captures/wire/octets.ts";
import {
  ClusterAttribute,
  type ClusterAttributeRecord,
  ClusterMessage,
  encode,
  numberAttribute,
  withLength,
} from "../../../captures/wire/tunnel_cluster.ts";
import { parseAddress } from "../../../captures/wire/address.ts";
import { testEvidence, testProfile } from "../../_testing/test_suite.ts";
import { Collector, type FactCollector } from "../../kit/collector.ts";
import type { Evidence, Tap } from "../../kit/evidence.ts";
import { isInconclusive, type Verdict } from "../../kit/verdict.ts";
import { sccrq } from "../packets.ts";
import { TUNNEL_CLUSTER } from "../suite.ts";

/** One frame: where, when in seconds, and its IP datagram. */
export type Shown = readonly [tap: string, time: number, packet: Uint8Array];

/** Addresses of the captures: an initiator, the master address, members on the cluster's network. */
export const INITIATOR = "198.51.100.2", MASTER = "203.0.113.1", NAT = "203.0.113.2";
export const local = (member: number) => member === 0 ? "10.0.1.1" : `10.0.${10 + member}.1`;

/** A datagram of L2TP between ports 1701, unless told otherwise. */
export const l2tp = (
  source: string,
  destination: string,
  payload: Uint8Array,
  more: { sourcePort?: number; destinationPort?: number; ttl?: number } = {},
) =>
  udpDatagram({ source, destination, sourcePort: 1701, destinationPort: 1701, payload, ...more });

/** A request that comes to the master by its outer tap. @param time Seconds. */
export const came = (
  time: number,
  id: number,
): Shown => ["master wan", time, l2tp(INITIATOR, MASTER, sccrq(id))];

/** The same as it is sent on to a member, by the inner tap. */
export const sent = (
  time: number,
  member: number,
  id: number,
  more: Parameters<typeof l2tp>[3] = {},
): Shown => ["master lan", time, l2tp(INITIATOR, local(member), sccrq(id), { ttl: 63, ...more })];

/** A message of a member to another. */
export function message(
  name: keyof typeof ClusterMessage,
  from: number,
  to: number,
  { flags = 0, load, registers = false }: { flags?: number; load?: number; registers?: boolean } =
    {},
): Uint8Array {
  const attributes: ClusterAttributeRecord[] = registers
    ? [
      { type: ClusterAttribute.localAddress, value: parseAddress(local(from)) },
      numberAttribute(ClusterAttribute.tunnels, 4, 10_000),
    ]
    : [];
  if (load !== undefined) attributes.push(numberAttribute(ClusterAttribute.load, 2, load));
  const payload = encode(withLength({
    ...{ version: 1, flags, message: ClusterMessage[name], length: 0, member: from, term: 1 },
    ...{ sequence: 1, acknowledged: 0, attributes, rest: new Uint8Array(0) },
  }));
  const ports = { sourcePort: 49_700, destinationPort: 49_700 };
  return udpDatagram({ source: local(from), destination: local(to), ...ports, payload });
}

/** Evidence of captures alone: each tap `NODE lan` or `NODE wan`. */
export function capturesOf(
  taps: readonly string[],
  parameters: Record<string, string | number> = {},
): Evidence {
  const profile = testProfile({ parameters });
  const places = taps.map((name): Tap => {
    const [node, side] = name.split(" ");
    return { name, node, side: side as Tap["side"], file: name };
  });
  const nodes = places.map(({ node }) =>
    [node, { role: node.replace(/\d$/, ""), config: {}, profile }] as const
  );
  const more = { scenario: undefined, world: "captures", captureCounters: {} } as const;
  return testEvidence("", 0, { ...more, taps: places, nodes: Object.fromEntries(nodes) });
}

/** What a collector makes of frames, and what it could not keep. */
export function collect<T>(
  collector: FactCollector<T>,
  frames: Iterable<Shown>,
  evidence: Evidence = capturesOf([]),
): { facts: T; excess?: string } {
  const state = collector.begin(evidence);
  if (!(state instanceof Collector)) throw new TypeError("Cannot feed an accumulator");
  const walker = new HeaderWalker(), numbers = new Map<string, number>();
  for (const [name, time, bytes] of frames) {
    const number = (numbers.get(name) ?? 0) + 1, seconds = Math.floor(time);
    numbers.set(name, number);
    const frame: Frame = {
      ...{ number, bytes, view: viewOf(bytes), start: 0, end: bytes.length },
      ...{ originalLength: bytes.length, seconds, linkType: LINK_TYPE.RAW, interfaceId: 0 },
      nanoseconds: Math.round((time - seconds) * 1e9),
    };
    walker.walk(frame);
    const tap = evidence.taps.find((tap) => tap.name === name) ??
      { name, node: "", side: "wan", file: name };
    state.frame?.(frame, walker, tap);
  }
  return { facts: state.facts(), excess: state.excess() };
}

/** What a check of this suite says of frames. */
export function judge(
  name: string,
  evidence: Evidence,
  frames: readonly Shown[],
  traces: readonly Record<string, unknown>[] = [],
): Verdict {
  const check = TUNNEL_CLUSTER.checks.find(({ id }) => id === `tunnel_cluster/${name}`);
  if (check === undefined) throw new RangeError(`Cannot judge by ${name}: there is no such check`);
  const facts: Record<string, unknown> = {};
  for (const [key, collector] of Object.entries(check.needs)) {
    facts[key] = key === "traces"
      ? {
        of: (node: string, event: string) =>
          traces.filter((line) => line.node === node && line.event === event),
      }
      : collect(collector, frames, evidence).facts;
  }
  const premise = check.premise(facts, evidence);
  return isInconclusive(premise) ? premise : check.judge(facts, premise, evidence);
}

/** Registrations of three members at the master, with loads in hundredths of a per cent. */
export const registrations = (...loads: number[]): Shown[] =>
  loads.map((load, i) =>
    ["master lan", 1 + i / 1000, message("register", i + 1, 0, { load, registers: true })] as const
  );

/** An SCCRP for the initiator's tunnel that assigns an identifier. */
export function sccrp(tunnelId: number, assigned: number): Uint8Array {
  const octets = sccrq(assigned);
  octets.set([0, 2], 18);
  octets.set([0, tunnelId], 4);
  octets.set([0, 1], 10);
  return octets;
}

/** Captures on both sides of a master that goes by the lowest load. */
export const BY_LOAD = capturesOf(["master wan", "master lan"], { policy: "lowest_load" });

/** The verdict of a check of masters, as a word. */
export const masterVerdict = (name: string, frames: readonly Shown[], evidence = BY_LOAD) =>
  judge(`master/${name}`, evidence, frames).verdict;
