/** The sessions of one tunnel, and which of them a message belongs to: RFC 2661 §4.4.4, §5.3. */
import type { CallMessage } from "./call_table.ts";
import type { CallPolicy } from "./call_policy.ts";
import type { L2tpContext } from "./context.ts";
import { type Fault, resultCode } from "./fault.ts";
import type { ReceivedMessage } from "./read_message.ts";
import { Session, type SessionOwner } from "./session.ts";

/** Sessions by the identifiers of both ends. */
export class SessionTable {
  readonly #tunnel: SessionOwner;
  readonly #context: L2tpContext;
  readonly #policy: CallPolicy;
  readonly #local = new Map<number, Session>();
  readonly #peer = new Map<number, Session>();
  readonly #waiting = new Set<Session>();

  constructor(tunnel: SessionOwner, context: L2tpContext, policy: CallPolicy) {
    this.#tunnel = tunnel;
    this.#context = context;
    this.#policy = policy;
  }

  get size(): number {
    return this.#local.size;
  }

  /** The session with this own identifier. */
  get(id: number): Session | undefined {
    return this.#local.get(id);
  }

  /** All sessions. */
  all(): Session[] {
    return [...this.#local.values()];
  }

  /** Gives a session an identifier of its own. */
  add(session: Session): void {
    const { rules, random } = this.#context;
    session.localId = rules.assignsId(random, (id) => this.#local.has(id));
    this.#local.set(session.localId, session);
  }

  /** Learns which identifier the peer gave a session. */
  named(session: Session, peerId: number): void {
    session.peerId = peerId;
    if (peerId !== 0) this.#peer.set(peerId, session);
  }

  /** A session is cleared; the tunnel may end with its last one. */
  remove(session: Session, now: number): void {
    const { endsWithLastSession, idleFault } = this.#context.rules;
    this.#waiting.delete(session);
    if (this.#local.get(session.localId) === session) this.#local.delete(session.localId);
    if (this.#peer.get(session.peerId) === session) this.#peer.delete(session.peerId);
    if (endsWithLastSession && this.size === 0) this.#tunnel.close(idleFault, now);
  }

  /** A call waits for the tunnel to open. */
  wait(session: Session): void {
    this.#waiting.add(session);
  }

  /** The tunnel is open: calls that wait for it go on. */
  opened(now: number): void {
    for (const session of this.#waiting) {
      this.#waiting.delete(session);
      session.tunnelOpened(now);
    }
  }

  /** Takes a message about a session. */
  message(message: ReceivedMessage, sessionId: number, now: number): void {
    const assigned = message.values.assignedSessionId ?? 0;
    const { rules } = this.#context;
    if (message.fault !== undefined && rules.endsTunnelOnCallFault(message.fault)) {
      return this.#tunnel.close(message.fault, now);
    }
    const named = rules.findsByAssignedSessionId ? this.#peer.get(assigned) : undefined;
    const session = sessionId !== 0 ? this.#local.get(sessionId) : named;
    if (session !== undefined) return session.message(message, now);
    this.#unasked(message, sessionId, assigned, now);
  }

  /** Ends every session without a word to the peer, as its tunnel is gone. */
  tunnelClosed(now: number): void {
    for (const session of this.all()) session.tunnelClosed(now);
  }

  /** Sends a CDN for every session. */
  disconnect(fault: Fault): void {
    for (const session of this.all()) session.sendCdn(fault);
  }

  /** A message about a session that does not exist: the rows `idle` of RFC 2661 §7.4 and §7.5. */
  #unasked(message: ReceivedMessage, sessionId: number, assigned: number, now: number): void {
    const { rules, config, role } = this.#context;
    const name = message.name!.toLowerCase() as CallMessage;
    const begins = role === "lns" ? "icrq" : "ocrq";
    if (name === begins && sessionId === 0) {
      if (!rules.mayOpenSession(this.size, config.sessionLimit)) {
        return this.#refuse(assigned, rules.callLimitFault);
      }
      const direction = role === "lns" ? "incoming" : "outgoing";
      const session = new Session(this.#tunnel, this.#context, this.#policy, direction);
      this.add(session);
      this.named(session, assigned);
      return session.message(message, now);
    }
    const other = name === "icrq" || name === "ocrq";
    if (other && sessionId === 0) return this.#refuse(assigned, rules.callDirectionFault);
    if (other || name === "icrp" || name === "ocrp") {
      return this.#refuse(assigned, rules.callSequenceFault("idle", message.name!));
    }
    // Of anything else there is nothing left to clean up.
    this.#tunnel.trace("ignored", { what: `${message.name} for no session`, session: sessionId });
  }

  #refuse(assigned: number, fault: Fault): void {
    const { rules, random } = this.#context;
    const localId = rules.assignsId(random, (id) => this.#local.has(id));
    this.#tunnel.trace("cdn", {
      direction: "sent",
      session: localId,
      peer_session: assigned,
      ...fault,
    });
    this.#tunnel.send("CDN", rules.headerSessionId(assigned, localId), {
      resultCode: resultCode(fault),
      assignedSessionId: rules.cdnSessionId(localId),
    });
  }
}
