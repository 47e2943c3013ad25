/**
 * Whether devices speak of this run: a master and a NAT send on what came to them, and whoever ends
 * tunnels sends by Tunnel IDs that it was given. A device that says again what it heard earlier does
 * not, however right each of its messages looks.
 */
import type { Frame, FrameRef } from "../../../captures/frame.ts";
import { L2tpView } from "../../../captures/view/l2tp.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import { VERSION } from "../../../captures/wire/l2tp.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { type Bound, BoundedTable } from "../../kit/bounds.ts";
import { Collector, type FactCollector } from "../../kit/collector.ts";
import type { Evidence, Tap } from "../../kit/evidence.ts";
import { LabView } from "../../kit/lab_view.ts";
import type { PositiveControl } from "../../kit/positive_control.ts";
import { inconclusive } from "../../kit/verdict.ts";
import { toleranceOf } from "../../kit/lateness.ts";
import { declaredBy } from "./declared.ts";
import { isL2tp } from "./l2tp_packets.ts";
import { NatLife } from "./nat_life.ts";
import { LifeLog } from "./restarts.ts";

const { SCCRP, SCCRQ } = MessageType;
const MESSAGES = 65_536;
/** Seconds by which two taps may disagree on which of two packets was first. */
const SLACK = 0.001;

/** Periods without a heartbeat after which a master is gone, and where it declares no period. */
const PERIODS = 2.5, UNDECLARED_PERIODS = 3.5;

/** Seconds without a packet for which the rows of any NAT live. */
const UNDECLARED_IDLE = 10;

/** Why a device did not take part all the time, by node: it speaks of another run, or began anew. */
export type Provenance = ReadonlyMap<string, string>;

/** The collector; of captures without a lab nobody knows what came before them. */
export const provenanceFacts: FactCollector<Provenance> = {
  name: "tunnel_cluster/provenance",
  begin: (evidence) => new ProvenanceCollector(evidence),
};

/** No check passes a device that speaks of another run, or was restarted in this one. */
export const provenanceControl: PositiveControl<Provenance> = {
  facts: provenanceFacts,
  objection(provenance, evidence, role) {
    for (const node of new LabView(evidence).nodesOf(role)) {
      const found = provenance.get(node);
      if (found !== undefined) return inconclusive(found);
    }
    return undefined;
  },
};

/** The first of the messages that are alike, in seconds since 1970. */
interface First {
  time: number;
  frame: FrameRef;
}

/** What the taps of a device show, by what makes messages alike. */
class NodeLog {
  readonly isForwarder: boolean;
  readonly own: ReadonlySet<string>;
  readonly came: BoundedTable<string | number, First>;
  readonly left: BoundedTable<string | number, First>;
  /** Whether something came that cannot be read: what was sent may rest on it. */
  isUnclear = false;
  /** Of a device that the scenario lets live, or of such a NAT where no link is cut. */
  readonly life: LifeLog | NatLife | undefined;

  constructor(
    readonly node: string,
    readonly role: string,
    own: Iterable<string>,
    bound: Bound,
    life: (own: ReadonlySet<string>) => LifeLog | NatLife | undefined,
  ) {
    this.isForwarder = role === "master" || role === "nat";
    this.own = new Set(own);
    this.came = new BoundedTable(bound);
    this.left = new BoundedTable(bound);
    this.life = life(this.own);
  }

  /** Why the device did not take part all the time; undefined where it did. */
  objection(): string | undefined {
    const unfounded = this.unfounded();
    if (unfounded !== undefined) {
      const { frame: { capture, number }, why } = unfounded;
      return `frame ${number} of ${capture} is not of this run: ${why}`;
    }
    const anew = this.life?.restarted();
    return anew && `${this.node} did not live through: ${anew.why} ` +
        `(frame ${anew.frame.number} of ${anew.frame.capture})`;
  }

  /** The first frame that rests on nothing that came by then. */
  unfounded(): { frame: FrameRef; why: string } | undefined {
    if (this.isUnclear) return undefined;
    for (const [key, { time, frame }] of this.left.entries()) {
      const came = this.came.get(key);
      if (came !== undefined && isBefore(came, { time, frame })) continue;
      const why = this.isForwarder
        ? `no such message had come to ${this.node}`
        : `nobody had given ${this.node} Tunnel ID ${key}`;
      return { frame, why };
    }
    return undefined;
  }
}

/** Whether a message came before another left: frames of one tap are in order, two taps nearly so. */
function isBefore(came: First, left: First): boolean {
  return came.frame.capture === left.frame.capture
    ? came.frame.number < left.frame.number
    : came.time <= left.time + SLACK;
}

class ProvenanceCollector extends Collector<Provenance> {
  readonly #isLab: boolean;
  readonly #lab: LabView;
  readonly #bound = this.bound("different messages at a device", MESSAGES);
  readonly #logs = new Map<string, NodeLog | undefined>();
  readonly #members: ReadonlySet<string>;
  readonly #view = new L2tpView();
  readonly #evidence: Evidence;

  constructor(evidence: Evidence) {
    super();
    this.#evidence = evidence;
    this.#isLab = evidence.world !== "captures";
    const lab = this.#lab = new LabView(evidence);
    this.#members = new Set(lab.nodesOf("endpoint").flatMap((node) => lab.addressesOf(node)));
  }

  override wants({ node }: Tap): boolean {
    return this.#isLab && this.#logOf(node) !== undefined;
  }

  override frame(frame: Frame, walk: HeaderWalker, tap: Tap): void {
    if (walk.ipVersion !== 4 || walk.protocol !== IP_PROTOCOL.UDP || walk.l4 < 0) return;
    const log = this.#logOf(tap.node);
    if (log === undefined) return;
    if (walk.isFragment) log.isUnclear = true;
    if (walk.isFragment || walk.udpPayload < 0) return;
    const time = frame.seconds + frame.nanoseconds / 1e9, { life } = log;
    if (life instanceof LifeLog) life.datagram(frame, walk, tap.name, time);
    if (!isL2tp(frame, walk)) return;
    const view = this.#view;
    if (!view.at(frame.bytes, walk.udpPayload, walk.end) || view.version !== VERSION) return;
    if (life instanceof NatLife && view.isControlHeader && view.isWhole) {
      life.message(view, frame, walk, tap, time);
    }
    if (log.isForwarder) this.#forwarded(log, frame, walk, tap);
    else this.#ended(log, frame, walk, tap);
  }

  facts(): Provenance {
    const found = new Map<string, string>();
    for (const log of this.#logs.values()) {
      const objection = log?.objection();
      if (objection !== undefined) found.set(log!.node, objection);
    }
    return found;
  }

  /** A message at a master or a NAT, which changes no octet of it. Datagrams of clients have stamps. */
  #forwarded(log: NodeLog, frame: Frame, walk: HeaderWalker, tap: Tap): void {
    if (!this.#view.isControl) return;
    const source = walk.source(frame.bytes);
    const leaves = tap.side === "wan"
      ? log.role === "nat" && log.own.has(source)
      : !this.#members.has(source) && !log.own.has(source);
    note(leaves ? log.left : log.came, frame.bytes.subarray(walk.udpPayload, walk.end).toHex(), {
      frame,
      tap,
    });
  }

  /** A message at an end of tunnels: what it sends goes by an identifier that it was given. */
  #ended(log: NodeLog, frame: Frame, walk: HeaderWalker, tap: Tap): void {
    const view = this.#view;
    if (log.own.has(walk.source(frame.bytes))) {
      if (view.tunnelId > 0) note(log.left, view.tunnelId, { frame, tap });
      return;
    }
    if (!view.isControl) return;
    const { messageType, assignedTunnelId } = view;
    if (assignedTunnelId > 0) note(log.came, assignedTunnelId, { frame, tap });
    else if (messageType < 0 || messageType === SCCRQ || messageType === SCCRP) {
      log.isUnclear = true;
    }
  }

  /** Whether the scenario itself let a device die for a while. */
  #dies(node: string): boolean {
    return this.#evidence.stimuli.some(({ kind, node: about, instruction }) =>
      about === node && (kind === "kill" || (instruction as { kind?: string })?.kind === "fail")
    );
  }

  /** Whether the scenario itself cut a link. */
  get #cutsLinks(): boolean {
    return this.#evidence.stimuli.some(({ kind }) => kind === "link");
  }

  /** Seconds without a heartbeat after which a master is gone, as it declares, or as the lab has it. */
  #patienceOf(node: string): number {
    const declared = declaredBy(this.#evidence, node, "period", 1000);
    const told = this.#lab.setting(node, "period");
    const periods = declared === undefined ? UNDECLARED_PERIODS : PERIODS;
    return (periods * Number(declared ?? told ?? 1000) + toleranceOf(this.#evidence, node)) / 1000;
  }

  #lifeOf(node: string, role: string, own: ReadonlySet<string>): LifeLog | NatLife | undefined {
    if (this.#dies(node)) return undefined;
    if (role !== "nat") {
      const patience = role === "master" ? this.#patienceOf(node) : undefined;
      return new LifeLog(own, this.#bound, patience, !this.#cutsLinks);
    }
    if (this.#cutsLinks) return undefined;
    const idle = declaredBy(this.#evidence, node, "idle") ?? this.#lab.setting(node, "idle");
    const seconds = typeof idle === "number" ? idle / 1000 : UNDECLARED_IDLE;
    return new NatLife(own, this.#members, this.#bound, Math.min(seconds, UNDECLARED_IDLE));
  }

  #logOf(node: string): NodeLog | undefined {
    if (!this.#logs.has(node)) {
      const role = this.#lab.roleOf(node);
      const isKnown = role !== undefined && role !== "tester";
      const own = this.#lab.addressesOf(node);
      const log = () =>
        new NodeLog(node, role!, own, this.#bound, (own) => this.#lifeOf(node, role!, own));
      this.#logs.set(node, isKnown ? log() : undefined);
    }
    return this.#logs.get(node);
  }
}

/** Notes a message unless one like it came earlier; the taps of a device are read one by one. */
function note(
  table: BoundedTable<string | number, First>,
  key: string | number,
  { frame, tap }: { frame: Frame; tap: Tap },
): void {
  const time = frame.seconds + frame.nanoseconds / 1e9;
  const where = () => ({ time, frame: { capture: tap.name, number: frame.number } });
  const first = table.obtain(key, where);
  if (first !== undefined && time < first.time) Object.assign(first, where());
}
