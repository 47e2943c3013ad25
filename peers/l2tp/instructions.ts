/** Instructions that a LAC and an LNS carry out for an administrator or a test. */
import { z } from "zod";
import * as avpFormat from "../../captures/wire/l2tp_avp.ts";
import type { L2tpEndpoint } from "./endpoint.ts";
import type { Session } from "./session.ts";
import type { Tunnel } from "./tunnel.ts";

const hexText = z.string().regex(/^([0-9a-fA-F]{2})*$/);
const fault = {
  result: z.int().min(0).max(65_535).optional(),
  error: z.int().min(0).max(65_535).optional(),
  message: z.string().optional(),
};
/** Index of the tunnel in order of creation, 0 by default. */
const tunnel = z.int().min(0).default(0);
/** Name of the call or index of the session, 0 by default. */
const session = z.union([z.string(), z.int().min(0)]).default(0);

const instructionSchema = z.discriminatedUnion("kind", [
  /** Makes a call; all other fields replace those of its configuration. */
  z.looseObject({ kind: z.literal("dial") }),
  /** Ends a call with a CDN. */
  z.strictObject({
    kind: z.literal("hang_up"),
    tunnel,
    session,
    ...fault,
    /** Q.931 cause to send along. */
    cause: z.int().min(0).max(65_535).optional(),
  }),
  /** Ends a tunnel with a StopCCN. */
  z.strictObject({ kind: z.literal("close_tunnel"), tunnel, ...fault }),
  /** Ends all tunnels, as the system is being shut down. */
  z.strictObject({ kind: z.literal("shutdown") }),
  z.strictObject({ kind: z.literal("hello"), tunnel }),
  /** Sends a HELLO in every tunnel. */
  z.strictObject({ kind: z.literal("hello_in_all") }),
  /** Switches numbering of data on or off (RFC 2661 §5.4). */
  z.strictObject({ kind: z.literal("sequencing"), tunnel, session, on: z.boolean() }),
  z.strictObject({ kind: z.literal("wen"), tunnel, session, crcErrors: z.int().min(0).default(1) }),
  z.strictObject({
    kind: z.literal("sli"),
    tunnel,
    session,
    send: z.int().min(0).max(0xffffffff).default(0),
    receive: z.int().min(0).max(0xffffffff).default(0),
  }),
  /** Ends PPP within a call. */
  z.strictObject({ kind: z.literal("close_link"), tunnel, session }),
  /** Sends any AVPs as a control message of the tunnel, reliably. */
  z.strictObject({
    kind: z.literal("message"),
    tunnel,
    /** The session whose identifier the header carries; 0 when absent. */
    session: session.optional(),
    avps: z.array(z.strictObject({
      type: z.int().min(0).max(65_535),
      value: hexText.default(""),
      mandatory: z.boolean().default(true),
      hidden: z.boolean().default(false),
      reserved: z.int().min(0).max(15).default(0),
      vendor: z.int().min(0).max(65_535).default(0),
      /** Value of the Length field; by default that of the AVP. */
      length: z.int().min(0).max(1023).optional(),
    })),
  }),
  /** Sends a UDP payload as it is. */
  z.strictObject({
    kind: z.literal("inject"),
    port: z.string().optional(),
    to: z.strictObject({ address: z.string(), port: z.int().min(1).max(65_535) }),
    payload: hexText,
  }),
]);

/** Octets of hexadecimal text. */
function octetsOf(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (digits) => parseInt(digits, 16));
}

function find(endpoint: L2tpEndpoint, index: number): Tunnel {
  const open = [...endpoint.tunnels.byId.values()].filter(({ phase }) => phase === "open");
  const found = open[index];
  if (found !== undefined) return found;
  throw new RangeError(`Cannot instruct tunnel ${index} as there are ${open.length} tunnels`);
}

function findSession(within: Tunnel, nameOrIndex: string | number): Session {
  const all = within.sessions.all();
  const found = typeof nameOrIndex === "number"
    ? all[nameOrIndex]
    : all.find(({ call }) => call?.name === nameOrIndex);
  if (found !== undefined) return found;
  throw new RangeError(
    `Cannot instruct session "${nameOrIndex}" as the tunnel has no such session`,
  );
}

/**
 * Carries out an instruction.
 * @throws TypeError when it is none.
 * @throws RangeError when it names what does not exist.
 */
export function carryOut(endpoint: L2tpEndpoint, input: unknown, now: number): void {
  const parsed = instructionSchema.safeParse(input);
  if (!parsed.success) {
    throw new TypeError(`Cannot instruct an L2TP peer: ${z.prettifyError(parsed.error)}`);
  }
  const order = parsed.data;
  switch (order.kind) {
    case "dial": {
      const { kind: _kind, ...overrides } = order;
      return endpoint.dial(overrides, now);
    }
    case "shutdown":
      endpoint.shuttingDown = true;
      for (const tunnel of endpoint.tunnels.byId.values()) {
        tunnel.close(endpoint.context.rules.shutdownFault, now);
      }
      return;
    case "hello_in_all":
      for (const tunnel of endpoint.tunnels.byId.values()) {
        if (tunnel.phase !== "open") continue;
        tunnel.hello();
        tunnel.pump(now);
      }
      return;
    case "inject": {
      const port = order.port ?? endpoint.context.config.wan[0].port;
      return endpoint.context.send(port, octetsOf(order.payload), order.to);
    }
    default: {
      const within = find(endpoint, order.tunnel);
      carryOutWithin(within, order, now);
      return within.pump(now);
    }
  }
}

type Order = z.infer<typeof instructionSchema>;
type Inner = Exclude<Order, { kind: "dial" | "shutdown" | "hello_in_all" | "inject" }>;

function carryOutWithin(within: Tunnel, order: Inner, now: number): void {
  switch (order.kind) {
    case "hello":
      return within.hello();
    case "close_tunnel": {
      const { result = 1, error, message } = order;
      return within.close({ result, error, message }, now);
    }
    case "hang_up": {
      const { result = 3, error, message, cause } = order;
      const q931 = { cause: cause ?? 0, message: 0x45, advisory: new Uint8Array() };
      const causeCode = cause === undefined ? undefined : q931;
      return findSession(within, order.session).close({ result, error, message }, now, causeCode);
    }
    case "sequencing":
      return findSession(within, order.session).data.switchSequencing(order.on);
    case "wen":
      return findSession(within, order.session).sendWen({
        reserved: 0,
        crcErrors: order.crcErrors,
        framingErrors: 0,
        hardwareOverruns: 0,
        bufferOverruns: 0,
        timeOutErrors: 0,
        alignmentErrors: 0,
      });
    case "sli":
      return findSession(within, order.session).sendSli(order.send, order.receive);
    case "close_link":
      return findSession(within, order.session).ppp?.close(now);
    case "message": {
      const id = order.session === undefined ? 0 : findSession(within, order.session).peerId;
      const body = order.avps.flatMap(({ length, value, ...avp }) => {
        const octets = octetsOf(value);
        const whole = { ...avp, value: octets, length: length ?? 6 + octets.length };
        return [...avpFormat.encode(whole)];
      });
      return within.sendBody("message", id, Uint8Array.from(body));
    }
  }
}
