/** A suite in which a card of the Linux kernel coalesces what a network sends. */
import { Checksum, ipChecksum, transportChecksum } from "../../../captures/verify.ts";
import { HeaderWalker } from "../../../captures/walk.ts";
import { TcpFlag, tcpSegment } from "../../../captures/wire/build.ts";
import {
  addSums,
  sumAddresses4,
  sumAddresses6,
  sumOctets,
  sumPseudoHeader,
} from "../../../captures/wire/checksum.ts";
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import { readCaptureFile } from "../../../suites/engine/read_capture_file.ts";
import { profileSchema } from "../../../suites/kit/profile.ts";
import type { Scenario } from "../../../suites/kit/scenario.ts";
import type { Suite } from "../../../suites/kit/suite.ts";
import { testSuite } from "../../../suites/_testing/test_suite.ts";
import { bridged } from "../../_testing/test_bridge.ts";
import { OFFLOAD_CASES } from "./offload_cases.ts";
import { frameOf, INNER } from "./offload_frames.ts";

/** Cases that are sent together: each has flows of its own, and a kernel holds 64 at a time. */
const TOGETHER = 16;
/** Source port of the first flow, and flows of each case. */
const FIRST = 40_000, FLOWS = 2;

const { taps, ...lab } = bridged([65_535, 1500], undefined, true);

/** Sends these cases, by their numbers. */
export function scenarioOf(numbers: readonly number[]): Scenario {
  return through(async (driver) => {
    for (let i = 0; i < numbers.length; i += TOGETHER) {
      await driver.frames("network", numbers.slice(i, i + TOGETHER).flatMap(framesOfCase));
    }
  });
}

/** A scenario through the card. */
export function through(run: Scenario["run"]): Scenario {
  return {
    id: "card/offloads",
    title: "A kernel coalesces and segments",
    suite: "card",
    class: "X1",
    topology: { ...lab, taps: taps.filter(({ node }) => node === "nic") },
    nodes: {
      nic: {
        role: "sender",
        config: {
          frames: [{ port: "host", interface: "host0" }, { port: "wire", interface: "wire0" }],
          formats: { vxlan: { protocol: 17 } },
        },
      },
    },
    run,
  };
}

function framesOfCase(number: number): Uint8Array[] {
  const { wrapping, changes } = OFFLOAD_CASES[number];
  return changes.map((change) =>
    frameOf(wrapping, { ...change, flow: (change.flow ?? 0) + number * FLOWS })
  );
}

/** For whoever runs it. */
export const CARD: Suite = { ...testSuite([]), name: "card", scenarios: [] };

/** The Debian packages of the card. */
export const CARD_PACKAGES = ["ethtool"];

/** The card, as a device of that suite. */
export const CARD_PROFILE = profileSchema.parse({
  name: "linux_card",
  roles: ["sender"],
  attach: {
    kind: "process",
    command: ["sh", "{devices}/linux_card.sh"],
    ready: "The card is ready",
    packages: CARD_PACKAGES,
    as_root: ["sh", "{devices}/linux_card_timers.sh"],
  },
});

/** Payload lengths of the units of each case in a capture, and cases with a unit whose TCP checksum is wrong. */
export async function unitsIn(path: string) {
  const units = new Map<number, number[]>(), wrong = new Set<number>();
  await readCaptureFile(path, ({ bytes, view, start, end }) => {
    const first = start + 14, v4 = bytes[first] >> 4 === 4;
    const length = v4 ? get16(bytes, first + 2) : get16(bytes, first + 4) + 40;
    const inner = first + overheadOf(bytes, first), is4 = bytes[inner] >> 4 === 4;
    const tcp = inner + (is4 ? 20 : 40), stop = first + length;
    const number = Math.floor((get16(bytes, tcp) - FIRST) / FLOWS);
    if (stop > end || OFFLOAD_CASES[number] === undefined) return;
    const payload = stop - tcp - (bytes[tcp + 12] >> 4) * 4;
    units.set(number, [...units.get(number) ?? [], payload]);
    const addresses = (is4 ? sumAddresses4 : sumAddresses6)(bytes, view, inner);
    const pseudo = sumPseudoHeader(addresses, IP_PROTOCOL.TCP, stop - tcp);
    if (addSums(sumOctets(bytes, view, tcp, stop), pseudo) !== 0xffff) wrong.add(number);
  });
  return { units, wrong };
}

/** Octets in front of the IP header next to TCP. */
function overheadOf(bytes: Uint8Array, ip: number): number {
  const protocol = bytes[ip] >> 4 === 4 ? bytes[ip + 9] : bytes[ip + 6];
  const { IPV4, IPV6, GRE, UDP } = { IPV4: 4, IPV6: 41, GRE: 47, UDP: 17 };
  if (protocol === IPV4 || protocol === IPV6) return 20;
  if (protocol === UDP) return 50;
  if (protocol !== GRE) return 0;
  const flags = bytes[ip + 20];
  return 24 + [0x80, 0x20, 0x10].filter((flag) => flags & flag).length * 4;
}

/** A super-packet of the host's from a port of its own, with flags of which each has its place. */
export function superPacketOf(family: 4 | 6): Uint8Array {
  const [destination, source] = INNER[family];
  return tcpSegment({
    ...{ source, destination, sourcePort: SUPER, destinationPort: 5000, sequence: 0xfffff000 },
    ...{ identification: 0xfffe, dontFragment: true, acknowledgment: 5 },
    flags: TcpFlag.ack | TcpFlag.psh | TcpFlag.fin | TcpFlag.cwr | TcpFlag.ece,
    payload: Uint8Array.from({ length: 6000 }, (_, i) => i * 7),
  });
}

const SUPER = 3999;

/** A segment that came of a super-packet. */
export interface Segment {
  sequence: number;
  length: number;
  flags: number;
  /** Of IPv4; 0 for IPv6. */
  id: number;
  isWhole: boolean;
  payload: string;
}

/** The segments of the super-packet of a family in a capture. */
export async function segmentsIn(path: string, family: 4 | 6): Promise<Segment[]> {
  const found: Segment[] = [], w = new HeaderWalker();
  await readCaptureFile(path, (frame) => {
    if (!w.walk(frame) || w.ipVersion !== family || w.sourcePort !== SUPER) return;
    const { bytes, view } = frame, payload = w.l4 + (bytes[w.l4 + 12] >> 4) * 4;
    found.push({
      sequence: view.getUint32(w.l4 + 4),
      length: w.end - payload,
      flags: bytes[w.l4 + 13],
      id: family === 4 ? get16(bytes, w.l3 + 4) : 0,
      isWhole: transportChecksum(frame, w) === Checksum.correct &&
        ipChecksum(frame, w) !== Checksum.wrong,
      payload: bytes.subarray(payload, w.end).toHex(),
    });
  });
  return found;
}

/** Why this kernel does not do as tests say that are of a release, such as 6.12; undefined where it does. */
export function lackOfKernel(oldest: string): string | undefined {
  const [major, minor] = oldest.split(".").map(Number);
  const [ownMajor, ownMinor] = Deno.osRelease().split(/[.-]/).map(Number);
  const isOlder = ownMajor < major || ownMajor === major && ownMinor < minor;
  return isOlder ? `its cases are those of Linux ${oldest} and later` : undefined;
}
