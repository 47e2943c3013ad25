/**
 * What a UDP datagram is by its content: ports are a hint, as any program may be given any port.
 *
 * Tried before the ports are, for what its octets give away beyond doubt; what then speaks on these
 * ports, such as data messages of L2TP behind control messages (RFC 2661 §8.1), is known by them.
 */
import { CoreIdentityControlView } from "../view/core_identity_control.ts";
import { L2tpView } from "../view/l2tp.ts";
import { Message } from "../wire/core_identity_control.ts";
import { CONTROL_FLAGS, CONTROL_LENGTH, RESERVED_FLAGS, VERSION } from "../wire/l2tp.ts";
import { get16 } from "../wire/octets.ts";
import { dissectCoreIdentity } from "./core_identity.ts";
import { dissectDns } from "./dns.ts";
import { dissectL2tp } from "./l2tp.ts";
import type { Context, Dissector, Step } from "./layer.ts";
import { dissectCluster, isPlainlyCluster } from "./tunnel_cluster.ts";

/** The first octets of messages of ours: version 1 with type 2, and T, L, S of L2TP. */
const CORE_IDENTITY_CONTROL = 0x12, L2TP_CONTROL = CONTROL_FLAGS >> 8;

const l2tpView = new L2tpView();
const controlView = new CoreIdentityControlView();

/** Whether a message is one of L2TPv2 control: its length fits, and its first AVP names it. */
function isPlainlyL2tp(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] !== L2TP_CONTROL || !l2tpView.at(bytes, start, end)) return false;
  if (!l2tpView.isControlHeader || l2tpView.length !== end - start) return false;
  return l2tpView.length === CONTROL_LENGTH || l2tpView.messageType > 0;
}

function isPlainlyCoreIdentity(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] !== CORE_IDENTITY_CONTROL || !controlView.at(bytes, start, end)) return false;
  const { message } = controlView;
  return message >= Message.hello && message <= Message.close && controlView.attributesAddUp;
}

/** L2TP on a port that is not its own: data with bits set that are reserved are none. */
const dissectL2tpElsewhere: Dissector = (bytes, view, start, end, context) => {
  if (end - start < 2) return undefined;
  const word = get16(bytes, start);
  const fits = (word & 15) === VERSION && (word & RESERVED_FLAGS) === 0;
  return fits ? dissectL2tp(bytes, view, start, end, context) : undefined;
};

/** UDP ports that a protocol was heard on, so that its other messages are known there too. */
export class HeardPorts {
  readonly #dissectors = new Map<number, Dissector>();

  /** Whoever was heard on a port; undefined for none. */
  get(port: number): Dissector | undefined {
    return this.#dissectors.get(port);
  }

  /** Notes that both ports of a datagram speak this. */
  add(ports: readonly number[], dissector: Dissector): void {
    for (const port of ports) this.#dissectors.set(port, dissector);
  }
}

/** The step of a UDP payload whose octets say what it is; undefined for any other. */
export function dissectByContent(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  context: Context,
  ports: readonly number[],
  heard: HeardPorts | undefined,
): Step | undefined {
  const dns = dissectDns(bytes, view, start, end, context);
  if (dns !== undefined) return dns;
  if (isPlainlyL2tp(bytes, start, end)) {
    heard?.add(ports, dissectL2tpElsewhere);
    return dissectL2tp(bytes, view, start, end, context);
  }
  if (isPlainlyCoreIdentity(bytes, start, end)) {
    heard?.add(ports, dissectCoreIdentity);
    return dissectCoreIdentity(bytes, view, start, end, context);
  }
  if (isPlainlyCluster(bytes, start, end)) return dissectCluster(bytes, view, start, end, context);
  return undefined;
}
