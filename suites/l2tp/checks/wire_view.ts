/** What the captures hold of device and tester, tunnel by tunnel, and session by session. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import type { Evidence } from "../../kit/evidence.ts";
import type { ControlMessage, DataFlow, DataMessage, WireFacts } from "../facts/wire.ts";
import { SESSIONS, TUNNELS } from "../../../peers/testing/l2tp_tester/script.ts";
import { Attribute, number16, type Test } from "./messages.ts";

/** A tunnel of the tester's script. */
export type TunnelName = keyof typeof TUNNELS;
/** A session of the tester's script. */
export type SessionName = keyof typeof SESSIONS;

const ANY: Test = () => true;
const LCP = 0xc021, CONFIGURE_ACK = 2;
const { assignedTunnel: ASSIGNED_TUNNEL } = Attribute;

/** What was said on one tunnel. */
export interface TunnelView {
  name: string;
  /** Identifiers that tester and device assigned; 0 when the device assigned none. */
  testerId: number;
  deviceId: number;
  tester: ControlMessage[];
  device: ControlMessage[];
}

/** Everything between device and tester, by tunnel and session. */
export class WireView {
  readonly wire: WireFacts;
  readonly evidence: Evidence;
  readonly role: "lac" | "lns";
  readonly device: ControlMessage[];
  readonly tester: ControlMessage[];
  /** Node of the device. */
  protected readonly node: string;
  readonly #views = new Map<string, TunnelView>();

  constructor(wire: WireFacts, evidence: Evidence, role: "lac" | "lns") {
    this.wire = wire;
    this.evidence = evidence;
    this.role = role;
    const nodes = Object.entries(evidence.nodes);
    this.node = nodes.find(([, c]) => c.role === role)?.[0] ?? "";
    this.device = wire.messages.filter(({ from }) => from === this.node);
    this.tester = wire.messages.filter(({ from }) => from !== this.node);
  }

  /** The view of a tunnel by the tester's name for it. */
  tunnel(name: TunnelName): TunnelView {
    let view = this.#views.get(name);
    if (view === undefined) this.#views.set(name, view = this.#view(name));
    return view;
  }

  /** Data messages that the device sent on a session of the tester. */
  dataFromDevice(tunnel: TunnelName, session: SessionName): DataMessage[] {
    const flow = this.flow(tunnel, session);
    return flow?.messages ?? [];
  }

  /** The flow of data from the device on a session of the tester. */
  flow(tunnel: TunnelName, session: SessionName): DataFlow | undefined {
    return this.wire.data.find((f) =>
      f.from === this.node && f.tunnelId === TUNNELS[tunnel] && f.sessionId === SESSIONS[session]
    );
  }

  /** The device's acknowledgement of an LCP Configure-Request on a session, or undefined. */
  lcpAnswer(tunnel: TunnelName, session: SessionName, identifier: number): DataMessage | undefined {
    return this.dataFromDevice(tunnel, session).find(({ payload }) => {
      const at = payload[0] === 0xff && payload[1] === 3 ? 2 : 0;
      return get16(payload, at) === LCP && payload[at + 2] === CONFIGURE_ACK &&
        payload[at + 3] === identifier;
    });
  }

  /** The tester's data message that ends with this LCP Configure-Request. */
  lcpRequest(identifier: number): DataMessage | undefined {
    const octets = [0xc0, 0x21, 1, identifier, 0, 4];
    return this.dataFromTester().find(({ payload }) =>
      octets.every((octet, i) => payload.at(i - octets.length) === octet)
    );
  }

  /** Data messages of the tester to the device. */
  dataFromTester(): DataMessage[] {
    return this.wire.data.filter((f) => f.from !== this.node).flatMap((f) => f.messages)
      .sort((a, b) => a.time - b.time);
  }

  #view(name: TunnelName): TunnelView {
    const testerId = TUNNELS[name];
    const own = (m: ControlMessage) => number16(m, ASSIGNED_TUNNEL) === testerId;
    const reply = this.device.find((m) =>
      m.tunnelId === testerId && number16(m, ASSIGNED_TUNNEL) > 0
    );
    const named = this.tester.find((m) => own(m) && m.tunnelId !== 0);
    // Who opens the tunnel learns first: either end may.
    const assigned = reply && number16(reply, ASSIGNED_TUNNEL), used = named?.tunnelId;
    const deviceId = (this.role === "lns" ? assigned ?? used : used ?? assigned) ?? 0;
    return {
      ...{ name, testerId, deviceId },
      tester: this.tester.filter((m) => own(m) || deviceId !== 0 && m.tunnelId === deviceId),
      device: this.device.filter((m) =>
        m.tunnelId === testerId ||
        m.type === MessageType.SCCRQ && deviceId !== 0 && number16(m, ASSIGNED_TUNNEL) === deviceId
      ),
    };
  }

  /** The tester's messages on a tunnel. */
  sent(tunnel: TunnelName, type: number, test: Test = ANY): ControlMessage[] {
    return this.tunnel(tunnel).tester.filter((m) => m.type === type && test(m));
  }

  /** The device's messages on a tunnel. */
  got(tunnel: TunnelName, type: number, test: Test = ANY): ControlMessage[] {
    return this.tunnel(tunnel).device.filter((m) => m.type === type && test(m));
  }

  /** The first message of the tester that a test picks out, on whatever tunnel. */
  stimulus(test: Test): ControlMessage | undefined {
    return this.tester.find(test);
  }
}
