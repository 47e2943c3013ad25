/**
 * What the Linux kernel does with segments that follow one another: the payload lengths of what it hands
 * up. Those that differ between versions are left out.
 */
import { TcpFlag } from "../../../captures/wire/tcp.ts";
import { NUMBERED, type SegmentChange, type Wrapping, WRAPPINGS } from "./offload_frames.ts";

/** Segments one right after the other, and what is to come of them. */
export interface OffloadCase {
  name: string;
  wrapping: Wrapping;
  changes: readonly SegmentChange[];
  units: readonly number[];
}

const { ack: ACK, psh: PSH, fin: FIN, syn: SYN, rst: RST, urg: URG, ece: ECE, cwr: CWR } = TcpFlag;
const stamps = (value: number) => Uint8Array.of(1, 1, 8, 10, 0, 0, 0, value, 0, 0, 0, 1);
const permuted = Uint8Array.of(1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 1, 1);

type Row = [name: string, changes: SegmentChange[], units: number[]];

/** Each with the place of the one before, and the next identification, unless it says otherwise. */
function inOrder(changes: readonly SegmentChange[]): SegmentChange[] {
  let at = 0;
  return changes.map((change, i) => {
    const placed = { at, id: i + 1, ...change };
    at = placed.at + (placed.length ?? 100);
    return placed;
  });
}

const APART = [100, 100], JOINED = [200];

/** Rows for every wrapping. */
const ROWS: readonly Row[] = [
  ["contiguous", [{}, {}], JOINED],
  ["a shorter last one", [{}, { length: 50 }], [150]],
  ["two shorter ones", [{}, { length: 60 }, { length: 60 }], [160, 60]],
  ["a longer one after a shorter", [{ length: 50 }, {}], [50, 100]],
  ["a gap", [{}, { at: 101 }], APART],
  ["the second first", [{ at: 100, id: 2 }, { at: 0, id: 1 }], APART],
  ["a duplicate", [{}, { at: 0 }], APART],
  ["a partial overlap", [{}, { at: 50 }], APART],
  ["sequence numbers that wrap", [{ at: 400 }, { at: 500 }, { at: 600 }], [300]],
  [
    "two flows that interleave",
    [{}, { flow: 1, at: 0 }, { at: 100, id: 2 }, { flow: 1, at: 100, id: 3 }],
    [200, 200],
  ],
  ["pure acknowledgments", [{ length: 0 }, { length: 0 }], [0, 0]],
  ["an acknowledgment between", [{}, { length: 0 }, {}], [100, 0, 100]],
  ["a higher acknowledgment", [{}, { ack: 2 }], APART],
  ["another window", [{}, { window: 7 }], APART],
  ["PSH on the second of three", [{}, { flags: ACK | PSH }, {}], [200, 100]],
  ["PSH on the first", [{ flags: ACK | PSH }, {}], APART],
  ["FIN with data", [{}, { flags: ACK | FIN }], JOINED],
  ["FIN without data", [{}, { length: 0, flags: ACK | FIN }], [100, 0]],
  ["SYN in the middle", [{}, { flags: ACK | SYN }, {}], [100, 100, 100]],
  ["RST in the middle", [{}, { flags: ACK | RST }, {}, {}], [100, 100, 200]],
  ["URG", [{}, { flags: ACK | URG, urgent: 1 }], APART],
  ["neither with ACK", [{ flags: 0 }, { flags: 0 }], JOINED],
  ["ECE on both", [{ flags: ACK | ECE }, { flags: ACK | ECE }], JOINED],
  ["ECE on the second", [{}, { flags: ACK | ECE }], APART],
  ["CWR on the second", [{}, { flags: ACK | CWR }], APART],
  ["CWR on the first", [{ flags: ACK | CWR }, {}], APART],
  ["equal timestamps", [{ options: stamps(1) }, { options: stamps(1) }], JOINED],
  ["a timestamp that grows", [{ options: stamps(1) }, { options: stamps(2) }], APART],
  ["options in another order", [{ options: stamps(1) }, { options: permuted }], APART],
  ["timestamps on the second", [{}, { options: stamps(1) }], APART],
  ["a lower hop count", [{}, { ttl: 63 }], APART],
  ["another DSCP", [{}, { dscp: 10 }], APART],
  ["another ECN", [{ ecn: 2 }, { ecn: 3 }], APART],
];

/** Rows for wrappings with IPv4 next to TCP. */
const ROWS_4: readonly Row[] = [
  ["another DF", [{ df: true }, { df: false }], APART],
  ["identifications that count, DF not set", [{ df: false }, { df: false }], JOINED],
  ["one identification, DF set", [{ id: 5 }, { id: 5 }], JOINED],
  ["an identification left out, DF set", [{ id: 5 }, { id: 7 }], APART],
  ["identifications that count, then stand", [{ id: 5 }, { id: 6 }, { id: 6 }], [200, 100]],
  ["identifications that stand, then count", [{ id: 5 }, { id: 5 }, { id: 6 }], [200, 100]],
  ["identifications that wrap", [{ id: 65_535, outerId: 1 }, { id: 0, outerId: 2 }], JOINED],
  ["a wrong TCP checksum", [{}, { flip: 20 + 30 }], APART],
  ["a wrong header checksum", [{}, { flip: 10 }], APART],
];

/** Rows for IPv6 next to TCP. */
const ROWS_6: readonly Row[] = [
  ["another flow label", [{ label: 1 }, { label: 2 }], APART],
  ["a wrong TCP checksum", [{}, { flip: 40 + 30 }], APART],
];

/** Rows for tunnels. */
const TUNNEL_ROWS: readonly Row[] = [
  [
    "outer identifications that count, inner that stand",
    [{ id: 5, outerId: 1 }, { id: 5, outerId: 2 }],
    JOINED,
  ],
  ["another outer hop count", [{}, { outerTtl: 63 }], APART],
  ["another outer DSCP", [{}, { outerDscp: 10 }], APART],
  ["another outer DF", [{}, { outerDf: false }], APART],
];

const KEYED: readonly Row[] = [["another key", [{ key: 1 }, { key: 2 }], APART]];

function casesOf(wrapping: Wrapping, rows: readonly Row[]): OffloadCase[] {
  return rows.map(([name, changes, units]) => ({
    ...{ name: `${wrapping.name}: ${name}`, wrapping, units },
    changes: inOrder(changes),
  }));
}

/** A unit of exactly as much as one datagram holds, and what is over. */
const FULL: Row = ["as much as one datagram holds", [], [45 * 1448, 1448]];
FULL[1] = Array.from({ length: 46 }, () => ({ length: 1448 }));

/** All of them. */
export const OFFLOAD_CASES: readonly OffloadCase[] = [
  ...WRAPPINGS.flatMap((wrapping) => [
    ...casesOf(wrapping, ROWS),
    ...casesOf(wrapping, wrapping.inner === 4 ? ROWS_4 : ROWS_6),
    ...(wrapping.overhead > 0 ? casesOf(wrapping, TUNNEL_ROWS) : []),
    ...(/key|VXLAN/.test(wrapping.name) ? casesOf(wrapping, KEYED) : []),
  ]),
  ...casesOf(WRAPPINGS[0], [FULL]),
  ...casesOf(NUMBERED, [["contiguous", [{}, {}], APART]]),
];
