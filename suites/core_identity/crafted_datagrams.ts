/** Datagrams that no socket of a host would send as they are wanted here. */
import {
  fragment,
  icmpEcho,
  ipDatagram,
  type IpParameters,
  TcpFlag,
  tcpSegment,
  udpDatagram,
} from "../../captures/wire/build.ts";
import { checksum } from "../../captures/wire/checksum.ts";
import { IP_PROTOCOL } from "../../captures/wire/ip_protocol.ts";
import { put16, viewOf } from "../../captures/wire/octets.ts";
import type { Driver } from "../kit/scenario.ts";
import { flow, type keyFlows, scattered } from "./node_setup.ts";

type Family = 4 | 6;

/** Addresses of the hosts of FIG. 3, IPv4 and IPv6. */
const HOSTS: Readonly<Record<string, readonly [string, string]>> = {
  client: ["10.1.1.2", "fd00:1:1::2"],
  client2: ["10.1.2.2", "fd00:1:2::2"],
  server: ["10.2.1.2", "fd00:2:1::2"],
  server2: ["10.2.2.2", "fd00:2:2::2"],
};

function addressOf(host: string, family: Family): string {
  return HOSTS[host][family === 4 ? 0 : 1];
}

/** The other address of the same host. */
function otherOf(address: string): string {
  return address.replace(/2$/, "3");
}

/** The four values of a flow. */
type Ends = Pick<IpParameters, "source" | "destination"> & {
  sourcePort: number;
  destinationPort: number;
};

/** Two segments of TCP that ask for no connection, and of which the second would end one. */
function segments(ends: Ends): Uint8Array[] {
  const payload = new Uint8Array(32);
  return [
    tcpSegment({ ...ends, flags: TcpFlag.ack, sequence: 1, payload }),
    tcpSegment({ ...ends, flags: TcpFlag.ack | TcpFlag.fin, sequence: 33, payload }),
  ];
}

/**
 * Sends segments of TCP on flows, two of each, that ask for no connection: whoever they go to has
 * nothing to answer to data without one but a reset.
 */
export async function sendSegments(driver: Driver, flows: ReturnType<typeof keyFlows>) {
  for (const [from, own] of Map.groupBy(flows, (each) => each.from)) {
    const packets = own.flatMap(({ to, sourcePort, destinationPort, family = 4 }) => {
      const source = addressOf(from, family), destination = addressOf(to, family);
      return segments({ source, destination, sourcePort, destinationPort });
    });
    await driver.datagrams(from, packets);
  }
}

/** Milliseconds until the answer to the first datagrams of a session has come. */
const ANSWERED = 100;

/**
 * Sends UDP and TCP between client and server, 16 datagrams in each of three sessions: two of them,
 * and the others when what is told because of them has had time to come.
 */
export async function sendProtocols(driver: Driver, family: Family) {
  const source = addressOf("client", family), destination = addressOf("server", family);
  const ports = [38_100, 38_101, 38_102], payload = new Uint8Array(32);
  const segmentsOf = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => i + from).flatMap((i) =>
      ports.map((sourcePort) =>
        tcpSegment({
          ...{ source, destination, sourcePort, destinationPort: 5000 },
          ...{ flags: TcpFlag.ack, sequence: 1 + i * payload.length, payload },
        })
      )
    );
  const udp = ports.map((sourcePort) => flow(sourcePort, 5000, "client", "server", { family }));
  for (const [from, count] of [[0, 2], [2, 14]]) {
    await driver.datagrams("client", segmentsOf(from, count));
    await driver.udp({ flows: udp, count, size: 120 });
    await driver.advance(ANSWERED);
  }
}

/**
 * Sends what differs from the first `count` of `keyFlows` in a part of one of the four values: in the
 * host part of an address, in the upper octet of a port, and with the ports exchanged; two of each, by
 * UDP and by TCP.
 */
export async function sendKeyParts(driver: Driver, count: number, family: Family = 4) {
  const source = addressOf("client", family), destination = addressOf("server", family);
  const flows = Array.from({ length: count }, (_, i) => i).flatMap((i): Ends[] => {
    const base = { source, destination, sourcePort: 4000 + i, destinationPort: 5000 };
    return [
      { ...base, source: otherOf(source) },
      { ...base, destination: otherOf(destination) },
      { ...base, sourcePort: base.sourcePort + 0x100 },
      { ...base, destinationPort: base.destinationPort + 0x100 },
      { ...base, sourcePort: base.destinationPort, destinationPort: base.sourcePort },
    ];
  });
  const byUdp = (ends: Ends) =>
    [1, 2].map((n) => udpDatagram({ ...ends, payload: new Uint8Array(40).fill(n) }));
  await driver.datagrams("client", scattered(flows).flatMap(byUdp));
  await driver.datagrams("client", scattered(flows).flatMap(segments));
}

/** Octets of the shortest and of the longest datagram whose length is every one in between. */
const SHORTEST = 1380, LONGEST = 1500;
/** Octets of UDP payloads besides those: none, one, and around what Ethernet pads to. */
const SIZES = [0, 1, 2, 17, 18, 19, 63];
const HEADERS = { 4: 28, 6: 48 } as const;

/** What IP datagrams of one flow may differ in, and of which a device makes nothing. */
const FORMS: readonly Partial<IpParameters>[] = [
  ...[1, 2, 3].map((ecn) => ({ ecn })),
  ...[3, 8, 63, 128, 255].map((ttl) => ({ ttl })),
  { identification: 1, dontFragment: true },
  { identification: 0xffff },
  ...[1, 0xabcde, 0xfffff].map((flowLabel) => ({ flowLabel })),
];

/** Protocols of which a device knows nothing: GRE, SCTP, UDP-Lite, and one kept for experiments. */
const STRANGERS = [IP_PROTOCOL.GRE, 132, 136, 253];

/** Options of a SYN (RFC 9293 §3.1): Maximum Segment Size 1460, SACK-Permitted, and two of padding. */
const SYN_OPTIONS = Uint8Array.of(2, 4, 0x05, 0xb4, 4, 2, 1, 1);

/**
 * Sends datagrams of all sorts on a few flows: of every length around what fits a packet, with every
 * value of fields that are none of the device's business, without a UDP checksum, the same several
 * times over, in fragments, and of protocols that it does not know.
 */
export async function sendAllSorts(driver: Driver, family: Family) {
  const ip = {
    ...{ source: addressOf("client", family), destination: addressOf("server", family) },
    ...{ identification: 7 },
  };
  const udp = (sourcePort: number, octets: number, more: object = {}) =>
    udpDatagram({
      ...{ ...ip, sourcePort, destinationPort: 5000 },
      ...{ payload: Uint8Array.from({ length: octets }, (_, i) => i * 7), ...more },
    });
  const header = HEADERS[family];
  const lengths = Array.from({ length: LONGEST - SHORTEST + 1 }, (_, i) => SHORTEST + i);
  const large = udp(38_002, 3000, { identification: 0x4321 });
  await driver.datagrams("client", [
    ...FORMS.map((form) => udp(38_000, 100, form)),
    ...[...SIZES, ...lengths.map((octets) => octets - header)]
      .map((octets) => udp(38_001, octets)),
    ...[1, 2, 3].map(() => udp(38_003, 48)),
    ...fragment(large, 1280, 0x4321),
    ...[1, 2].map((sequence) => icmpEcho({ ...ip, identifier: 5, sequence })),
    ...STRANGERS.map((protocol) => ipDatagram({ ...ip, protocol, payload: stranger(protocol) })),
    tcpSegment({
      ...{ ...ip, sourcePort: 38_006, destinationPort: 5000, flags: TcpFlag.syn, sequence: 1 },
      options: SYN_OPTIONS,
    }),
    ...(family === 4
      ? [
        udp(38_000, 60, { checksum: false }),
        withIpOptions(udp(38_007, 60)),
        udp(38_008, 1420, { dontFragment: true }),
      ]
      : [withOptions(udp(38_005, 60))]),
  ]);
}

/** Octets of an unknown protocol: those of GRE around nothing, and of others at will. */
function stranger(protocol: number): Uint8Array {
  return new Uint8Array(64).fill(protocol === IP_PROTOCOL.GRE ? 0 : protocol);
}

/** An IPv4 datagram with options that are No Operation alone (RFC 791 §3.1). */
function withIpOptions(datagram: Uint8Array): Uint8Array {
  const longer = new Uint8Array(datagram.length + 4);
  longer.set(datagram.subarray(0, 20));
  longer.fill(1, 20, 24);
  longer.set(datagram.subarray(20), 24);
  longer[0] += 1;
  put16(longer, 2, longer.length);
  put16(longer, 10, 0);
  put16(longer, 10, checksum(longer, viewOf(longer), 0, 24));
  return longer;
}

/** An IPv6 datagram with a destination options header of padding alone (RFC 8200 §4.6). */
function withOptions(datagram: Uint8Array): Uint8Array {
  const longer = new Uint8Array(datagram.length + 8);
  longer.set(datagram.subarray(0, 40));
  longer.set([datagram[6], 0, 1, 4, 0, 0, 0, 0], 40);
  longer.set(datagram.subarray(40), 48);
  longer[6] = IP_PROTOCOL.DESTINATION_OPTIONS;
  new DataView(longer.buffer).setUint16(4, longer.length - 40);
  return longer;
}
