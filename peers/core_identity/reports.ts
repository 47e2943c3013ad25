/**
 * FIG. 1 and 4: the receiver binds a session to a core of its own, and reports the core's identity to the
 * sender, which writes it into the datagrams that follow ([0043], [0049]; D0-03).
 */
import {
  type Attribute,
  AttributeType,
  type ControlMessage,
} from "../../captures/wire/core_identity_control.ts";
import { formatAddress, parseAddress } from "../../captures/wire/address.ts";
import { get16, get64, put16, put64 } from "../../captures/wire/octets.ts";
import type { NodeConfig } from "./config.ts";
import type { NodeRules } from "./rules.ts";
import { type Classification, sessionKey } from "./session.ts";

/** Milliseconds until a report that nobody acknowledged is sent again, and how often at most. */
const AGAIN = 200, MOST = 5;
/** Sessions that are remembered; the one that was met first gives way. */
const LIMIT = 65_536;
/** Reports that wait for their acknowledgment; what is more is told when the session comes again. */
const MOST_PENDING = 4096;

/** Octets of a session attribute in front of the addresses. */
const HEAD = 6, IDENTITY = 8;

/** The words by which both ends name a session. */
export const nameOfSession = (c: Classification): string =>
  sessionKey(c, { protocol: true, dscp: false });

/** A session and the identity of its core, as a report has them. */
export interface Report {
  session: string;
  identity: bigint;
}

/** The attributes of a report. */
export function reportAttributes(c: Classification, identity: bigint): Attribute[] {
  const addresses = [parseAddress(c.source), parseAddress(c.destination)];
  const octets = addresses[0].length, session = new Uint8Array(HEAD + 2 * octets);
  session[0] = octets === 4 ? 4 : 6;
  session[1] = c.protocol;
  put16(session, 2, Math.max(0, c.sourcePort));
  put16(session, 4, Math.max(0, c.destinationPort));
  addresses.forEach((address, i) => session.set(address, HEAD + i * octets));
  const value = new Uint8Array(IDENTITY);
  put64(value, 0, identity);
  return [
    { type: AttributeType.session, value: session },
    { type: AttributeType.sessionIdentity, value },
  ];
}

/** What a report says; undefined where it says nothing that can be understood. */
export function readReport({ attributes }: Pick<ControlMessage, "attributes">): Report | undefined {
  const session = attributes.find(({ type }) => type === AttributeType.session)?.value;
  const identity = attributes.find(({ type }) => type === AttributeType.sessionIdentity)?.value;
  if (session === undefined || identity?.length !== IDENTITY) return undefined;
  const octets = session[0] === 4 ? 4 : session[0] === 6 ? 16 : 0;
  if (octets === 0 || session.length !== HEAD + 2 * octets) return undefined;
  const ports = [get16(session, 2), get16(session, 4)];
  const [sourcePort, destinationPort] = ports.every((port) => port === 0) ? [-1, -1] : ports;
  return {
    session: nameOfSession({
      ...{ protocol: session[1], sourcePort, destinationPort, fragment: -1, dscp: 0 },
      source: formatAddress(session, HEAD, HEAD + octets),
      destination: formatAddress(session, HEAD + octets, HEAD + 2 * octets),
    }),
    identity: get64(identity, 0),
  };
}

/** A report that is to be sent, or was and has no acknowledgment. */
interface Pending {
  attributes: Attribute[];
  due: number;
  times: number;
  sequence: number;
}

type ReportConfig = Pick<NodeConfig, "reports" | "reportAfter">;

/** What is remembered of a session. */
interface Told {
  /** When it was reported last; -Infinity for never. */
  at: number;
  /** How often it was reported. */
  times: number;
  /** Datagrams of it that came without an identity that can be used. */
  untagged: number;
}

/** The reports of one end of an aggregated tunnel. */
export class Reports {
  readonly #rules: NodeRules;
  readonly #config: ReportConfig;
  readonly #pending = new Map<string, Pending>();
  /** By session. */
  readonly #told = new Map<string, Told>();
  #latest: bigint | undefined;

  /** @param config Whether sessions are reported, and after how many datagrams; all at once unless told. */
  constructor(rules: NodeRules, config: ReportConfig = { reports: true, reportAfter: 0 }) {
    this.#rules = rules;
    this.#config = config;
  }

  /** A datagram of a session came without an identity that can be used. */
  tell(c: Classification, identity: bigint, now: number): void {
    if (c.protocol < 0 || c.fragment >= 0) return;
    const session = nameOfSession(c), told = this.#known(session);
    told.untagged++;
    if (!this.#rules.reportsSessions(this.#config.reports)) return;
    if (told.untagged <= this.#config.reportAfter) return;
    if (this.#pending.has(session) || this.#pending.size >= MOST_PENDING) return;
    if (now - told.at < this.#rules.reportPause) return;
    if (!this.#rules.reports(told.times, told.untagged)) return;
    told.at = now;
    told.times++;
    const said = this.#rules.identityInReport(identity, this.#latest);
    this.#latest = identity;
    const attributes = reportAttributes(c, said), due = now + this.#rules.reportDelay;
    this.#pending.set(session, { attributes, due, times: 0, sequence: -1 });
  }

  #known(session: string): Told {
    let told = this.#told.get(session);
    if (told === undefined) {
      if (this.#told.size >= LIMIT) this.#told.delete(this.#told.keys().next().value!);
      this.#told.set(session, told = { at: -Infinity, times: 0, untagged: 0 });
    }
    return told;
  }

  /** Sends what is due. @param send gives the number that a message was sent with. */
  tick(now: number, send: (attributes: Attribute[]) => number): void {
    for (const [session, pending] of this.#pending) {
      if (pending.due > now) continue;
      if (pending.times++ === MOST) this.#pending.delete(session);
      else {
        pending.sequence = send(pending.attributes);
        pending.due = now + AGAIN;
      }
    }
  }

  /** The peer acknowledged the message with this number. */
  acknowledged(sequence: number): void {
    for (const [session, pending] of this.#pending) {
      if (pending.sequence === sequence) this.#pending.delete(session);
    }
  }

  /** When `tick` is due. */
  deadline(): number {
    let at = Infinity;
    for (const { due } of this.#pending.values()) at = Math.min(at, due);
    return at;
  }
}
