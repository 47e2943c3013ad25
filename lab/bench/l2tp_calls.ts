/** L2TP for the bench: 10,000 tunnels of one LNS, each with a call whose PPP comes up and carries data. */
import { ethernetFrame, ipDatagram, udpDatagram } from "../../captures/wire/build.ts";
import * as l2tp from "../../captures/wire/l2tp.ts";
import { encode } from "../../captures/wire/l2tp_avp.ts";
import { type AttributeValues, avp } from "../../captures/wire/l2tp_attributes.ts";
import { type MessageName, MessageType } from "../../captures/wire/l2tp_message.ts";
import { L2TP_PORT } from "../../captures/wire/udp_port.ts";
import { patch16 } from "./template.ts";
import { TrafficFile } from "./traffic.ts";

/** Tunnels of the file, and tunnels that one LAC has. */
export const L2TP_TUNNELS = 10_000;
const OF_LAC = 100;
/** Octets of the datagrams that PPP carries, in turn. */
const SIZES = [1400, 100];
const LNS = "10.9.255.1";
const IP = 14, IP_CHECKSUM = IP + 10;
/** First word of a control message, and of data with a Length. */
const CONTROL = 0xc802, DATA = 0x4002;

const text = (value: string) => new TextEncoder().encode(value);

interface Tunnel {
  lac: string;
  /** Tunnel ID and Session ID that the LAC assigns, and those of the LNS. */
  mine: number;
  theirs: number;
}

/** Writes the establishment of every tunnel and its call, then data of all calls in turn. */
export function writeL2tp(path: string, octets: number): TrafficFile {
  const file = new TrafficFile(path);
  const tunnels = Array.from({ length: L2TP_TUNNELS }, (_, i) => ({
    lac: `10.9.${Math.floor(i / OF_LAC)}.1`,
    mine: 1 + i % OF_LAC,
    theirs: 1 + i,
  }));
  for (const tunnel of tunnels) establish(file, tunnel);
  for (let n = 0; file.octets < octets; n++) {
    // A call meets both sizes and both directions.
    const tunnel = tunnels[n % L2TP_TUNNELS], round = Math.floor(n / L2TP_TUNNELS);
    const frame = dataFrame(tunnel, SIZES[(n + round) % 2], (round & 1) === 1);
    patch16(frame, IP + 4, n & 0xffff, IP_CHECKSUM);
    file.add(frame);
  }
  file.close();
  return file;
}

function establish(file: TrafficFile, tunnel: Tunnel): void {
  const { mine, theirs } = tunnel;
  const introduces = (assignedTunnelId: number, hostName: string) => ({
    ...{ protocolVersion: { version: 1, revision: 0 }, framingCapabilities: 3 },
    ...{ hostName: text(hostName), assignedTunnelId, receiveWindowSize: 8 },
  });
  const say = (
    back: boolean,
    name: MessageName | undefined,
    [ns, nr, session]: [number, number, number],
    values: Partial<AttributeValues> = {},
  ) => {
    const id = name === "SCCRQ" ? 0 : back ? mine : theirs;
    file.add(carry(tunnel, control(name, id, session, ns, nr, values), back));
  };
  say(false, "SCCRQ", [0, 0, 0], introduces(mine, "lac.example"));
  say(true, "SCCRP", [0, 1, 0], introduces(theirs, "lns.example"));
  say(false, "SCCCN", [1, 1, 0]);
  say(true, undefined, [1, 2, 0]);
  say(false, "ICRQ", [2, 1, 0], { assignedSessionId: mine, callSerialNumber: 1 });
  say(true, "ICRP", [1, 3, mine], { assignedSessionId: theirs });
  say(false, "ICCN", [3, 2, theirs], { txConnectSpeed: 100_000_000, framingType: 1 });
  say(true, undefined, [2, 4, 0]);
  for (const protocol of ["c021", "8021"]) {
    const options = protocol === "c021" ? "010405b4" : "03060a000001";
    const request = `01010000${options}`, answer = `02010000${options}`;
    for (const [back, packet] of [[true, request], [false, answer]] as const) {
      file.add(carry(tunnel, data(tunnel, back, negotiation(protocol, packet)), back));
      file.add(carry(tunnel, data(tunnel, !back, negotiation(protocol, packet)), !back));
    }
  }
}

/** A PPP packet that negotiates, its length filled in. */
function negotiation(protocol: string, packet: string): Uint8Array {
  const octets = Uint8Array.fromHex(`ff03${protocol}${packet}`);
  octets[7] = octets.length - 4;
  return octets;
}

const frames = new Map<string, Uint8Array>();

/** A frame with a datagram of a call; the octets are the same each time. */
function dataFrame(tunnel: Tunnel, size: number, back: boolean): Uint8Array {
  // Only the template of the largest kinds is kept: 10,000 frames of each size would fill the memory.
  const key = `${size} ${back}`;
  let inner = frames.get(key);
  if (inner === undefined) {
    const datagram = ipDatagram({
      ...{ source: "10.64.0.5", destination: "203.0.113.9", protocol: 17 },
      payload: new Uint8Array(size - 20).map((_, i) => i * 7),
    });
    inner = Uint8Array.of(0xff, 3, 0, 0x21, ...datagram);
    frames.set(key, inner);
  }
  return carry(tunnel, data(tunnel, back, inner), back);
}

function data({ mine, theirs }: Tunnel, back: boolean, payload: Uint8Array): Uint8Array {
  const id = back ? mine : theirs;
  const header = l2tp.encode({
    ...{ flags: DATA & 0xfff0, version: 2, tunnelId: id, sessionId: id },
    length: 8 + payload.length,
  }, payload.length);
  header.set(payload, header.length - payload.length);
  return header;
}

function control(
  name: MessageName | undefined,
  tunnelId: number,
  sessionId: number,
  ns: number,
  nr: number,
  values: Partial<AttributeValues>,
): Uint8Array {
  const avps = name === undefined ? [] : [
    avp("messageType", MessageType[name]),
    ...Object.entries(values).map(([key, value]) => avp(key as "hostName", value as never)),
  ];
  const body = Uint8Array.from(avps.flatMap((one) => [...encode(one)]));
  const header = l2tp.encode({
    ...{ flags: CONTROL & 0xfff0, version: 2, length: 12 + body.length },
    ...{ tunnelId, sessionId, ns, nr },
  }, body.length);
  header.set(body, 12);
  return header;
}

function carry({ lac }: Tunnel, payload: Uint8Array, back: boolean): Uint8Array {
  return ethernetFrame({
    ...{ destination: "02:00:00:00:00:02", source: "02:00:00:00:00:01" },
    payload: udpDatagram({
      ...{ source: back ? LNS : lac, destination: back ? lac : LNS },
      ...{ sourcePort: L2TP_PORT, destinationPort: L2TP_PORT, payload },
    }),
  });
}
