/** Control connections and their sessions, as the messages themselves tell of them. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { appended } from "../../kit/appended.ts";
import type { L2tpRole } from "../words.ts";
import { Attribute, type ControlMessage, number16 } from "./message.ts";

const { SCCRQ, SCCRP, StopCCN, OCRQ, OCRP, ICRQ, ICRP } = MessageType;

/** Message types by which an end begins, and assigns a Tunnel ID: a StopCCN may be its first. */
export const NAMING: readonly number[] = [SCCRQ, SCCRP, StopCCN];
/** Message types by which an end assigns a Session ID. */
export const ASSIGNING: readonly number[] = [ICRQ, ICRP, OCRQ, OCRP];

/** One end of a session. */
export interface SessionEnd {
  /** Session ID that this end assigned. */
  id: number;
  /** Session ID of the other end; 0 where it is not known. */
  peerId: number;
  /** The message by which this end assigned its own. */
  assignedBy: ControlMessage;
}

/** Sessions up to which a list is looked through faster than a table. */
const FEW = 8;

/** The sessions of an end, by the Session IDs that it assigned. */
export class SessionEnds {
  #all: SessionEnd[] = [];
  #byId?: Map<number, SessionEnd>;

  get size(): number {
    return this.#all.length;
  }

  /** All of them, in the order in which they were assigned. */
  get all(): readonly SessionEnd[] {
    return this.#all;
  }

  get(id: number): SessionEnd | undefined {
    return this.#byId === undefined
      ? this.#all.find((session) => session.id === id)
      : this.#byId.get(id);
  }

  has(id: number): boolean {
    return this.get(id) !== undefined;
  }

  /** Adds one of another identifier than all that are there. */
  add(session: SessionEnd): void {
    this.#all = appended(this.#all, session);
    if (this.#byId !== undefined) this.#byId.set(session.id, session);
    else if (this.#all.length > FEW) {
      this.#byId = new Map(this.#all.map((each) => [each.id, each]));
    }
  }
}

/** One end of a control connection. */
export class ConnectionEnd {
  /** What the end is in its calls; undefined where the evidence does not tell. */
  role?: L2tpRole;
  /** Who it is: `from` of its messages. "" until that is known. */
  party = "";
  /** Tunnel ID that it assigned, so that its peer writes it; 0 where none was seen. */
  tunnelId = 0;
  /** The first message that assigns it; undefined where none was captured. */
  assignedBy?: ControlMessage;
  /** Whether the message by which it began its numbers was captured. */
  begun = false;
  /** Whether it asked for or took a call without an identifier that can be read. */
  assignsUnreadably = false;
  /** Its messages, in the order of their arrival. */
  messages: readonly ControlMessage[] = [];
  /** Its first StopCCN. */
  stop?: ControlMessage;
  /** By Session ID that it assigned. */
  readonly sessions: SessionEnds = new SessionEnds();
  /** The other end. */
  peer!: ConnectionEnd;
  /** The connection that it is an end of. */
  readonly connection: ControlConnection;

  constructor(connection: ControlConnection) {
    this.connection = connection;
  }

  /** Whether a message that assigns its Tunnel ID was captured. */
  get assigns(): boolean {
    return this.assignedBy !== undefined;
  }

  /** Takes a message of this end. */
  take(message: ControlMessage): void {
    this.messages = appended(this.messages as ControlMessage[], message);
    this.party ||= message.from;
    if (message.type === StopCCN) this.stop ??= message;
    if (NAMING.includes(message.type)) {
      this.begun ||= this.messages.length === 1;
      const assigned = number16(message, Attribute.assignedTunnel);
      if (assigned > 0 && (this.tunnelId === 0 || this.tunnelId === assigned)) {
        this.tunnelId = assigned;
        this.assignedBy ??= message;
      }
    }
    if (ASSIGNING.includes(message.type)) this.#assign(message);
  }

  #assign(message: ControlMessage): void {
    const assigned = number16(message, Attribute.assignedSession);
    if (assigned <= 0) {
      this.assignsUnreadably = true;
      return;
    }
    let session = this.sessions.get(assigned);
    if (session === undefined) {
      session = { id: assigned, peerId: 0, assignedBy: message };
      this.sessions.add(session);
    }
    if (message.type !== ICRP && message.type !== OCRP) return;
    session.peerId = message.sessionId;
    const other = this.peer.sessions.get(message.sessionId);
    if (other !== undefined) other.peerId = assigned;
  }
}

/** One control connection, at one place where packets were captured. */
export class ControlConnection {
  /** Who sent the SCCRQ; where none was captured, whoever was seen first. */
  readonly initiator: ConnectionEnd = new ConnectionEnd(this);
  readonly responder: ConnectionEnd = new ConnectionEnd(this);
  /** Both ends, the initiator first. */
  readonly ends: readonly [ConnectionEnd, ConnectionEnd] = [this.initiator, this.responder];
  /** The first SCCRQ; undefined where the capture began later. */
  request?: ControlMessage;
  /** What was worked out of its messages once they were all there: of thousands no table is kept. */
  derived?: object;

  constructor() {
    this.initiator.peer = this.responder;
    this.responder.peer = this.initiator;
  }

  /** Whether an SCCRQ was answered by an SCCRP. */
  get isGranted(): boolean {
    return this.request !== undefined && this.responder.messages.some(({ type }) => type === SCCRP);
  }

  /** The end that a message came from by its header; undefined when it is of another connection. */
  senderOf(message: ControlMessage): ConnectionEnd | undefined {
    const { from, to, tunnelId } = message;
    const { initiator, responder } = this;
    if (initiator.tunnelId === tunnelId && initiator.party === to && this.#fits(message)) {
      return responder;
    }
    const asked = responder.party === to || this.request?.to === to;
    return responder.tunnelId === tunnelId && initiator.party === from && asked
      ? initiator
      : undefined;
  }

  /** Whether a message to the initiator may be the responder's, who may reply by any address. */
  #fits(message: ControlMessage): boolean {
    const { responder } = this, { from, type } = message;
    if (responder.party === "") return type === SCCRP || from === this.request?.to;
    if (responder.party !== from) return false;
    return type !== SCCRP || responder.tunnelId === 0 ||
      [0, -1, responder.tunnelId].includes(number16(message, Attribute.assignedTunnel));
  }

  /** Likewise of a message with Tunnel ID 0, by the identifier that its AVP names. */
  senderByAvp(message: ControlMessage): ConnectionEnd | undefined {
    const named = number16(message, Attribute.assignedTunnel);
    return named <= 0
      ? undefined
      : this.ends.find((end) =>
        end.tunnelId === named && end.party === message.from &&
        (end.peer.party === message.to || end.peer.party === "")
      );
  }
}
