/** The Link Control Protocol: what a peer asks for and accepts (RFC 1661 §6, RFC 1334, RFC 1994). */
import { get16, get32, put32 } from "../../../captures/wire/octets.ts";
import {
  ControlCode,
  type PppControl,
  type PppOption,
} from "../../../captures/wire/ppp_control.ts";
import { PppProtocol } from "../../../captures/wire/ppp.ts";
import {
  CHAP_MD5,
  LcpOption,
  option16,
  option32,
  optionNumber,
} from "../../../captures/wire/ppp_lcp.ts";
import type { ControlProtocol, Judgement } from "./negotiation.ts";

/** How one side proves who it is. */
export type Authentication = "none" | "pap" | "chap";

/** What the link is to be like. */
export interface LcpWishes {
  /** Octets that this side can receive. */
  mru: number;
  /** How the peer has to prove who it is. */
  authentication: Authentication;
  /** Ask the peer to leave out the first octet of protocols, and address and control. */
  pfc: boolean;
  acfc: boolean;
  /** Whether this side can prove who it is. */
  credentials: boolean;
}

/** What both sides agreed on, as far as frames to the peer are concerned. */
export interface LcpAgreement {
  /** Octets that the peer can receive. */
  mru: number;
  pfc: boolean;
  acfc: boolean;
  /** How this side has to prove who it is. */
  authentication: Authentication;
  /** The peer's async control character map. */
  accm: number;
}

/** What LCP asks of the link around it. */
export interface LcpHost {
  random(): number;
  opened(now: number): void;
  down(now: number): void;
  finished(now: number): void;
  /** The peer does not speak this protocol. */
  protocolRejected(protocol: number, now: number): void;
  echoReplied(now: number): void;
  reply(code: number, data: Uint8Array, identifier: number): void;
}

const AUTHENTICATIONS: Record<Exclude<Authentication, "none">, Uint8Array> = {
  pap: Uint8Array.of(0xc0, 0x23),
  chap: Uint8Array.of(0xc2, 0x23, CHAP_MD5),
};

/** The authentication that an option's data names. */
function authenticationOf(data: Uint8Array): Authentication | undefined {
  if (data.length === 2 && get16(data, 0) === PppProtocol.pap) return "pap";
  const chap = data.length === 3 && get16(data, 0) === PppProtocol.chap && data[2] === CHAP_MD5;
  return chap ? "chap" : undefined;
}

/** LCP of one side. */
export class Lcp implements ControlProtocol {
  readonly name = "lcp";
  readonly agreed: LcpAgreement = {
    mru: 1500,
    pfc: false,
    acfc: false,
    authentication: "none",
    accm: 0xffffffff,
  };
  /** What the peer has to do, which its refusals may have weakened. */
  demanded: Authentication;
  magic: number;
  readonly #wishes: LcpWishes;
  readonly #host: LcpHost;
  readonly #dropped = new Set<number>();
  #mru: number;

  constructor(wishes: LcpWishes, host: LcpHost) {
    this.#wishes = wishes;
    this.#host = host;
    this.#mru = wishes.mru;
    this.demanded = wishes.authentication;
    this.magic = this.#newMagic();
  }

  request(): PppOption[] {
    const { pfc, acfc } = this.#wishes;
    const options: PppOption[] = [option16(LcpOption.mru, this.#mru)];
    if (this.demanded !== "none") {
      options.push({ type: LcpOption.authentication, data: AUTHENTICATIONS[this.demanded] });
    }
    options.push(option32(LcpOption.magic, this.magic));
    if (pfc) options.push({ type: LcpOption.pfc, data: new Uint8Array() });
    if (acfc) options.push({ type: LcpOption.acfc, data: new Uint8Array() });
    return options.filter(({ type }) => !this.#dropped.has(type));
  }

  judge(options: readonly PppOption[], patient: boolean): Judgement {
    const nak: PppOption[] = [], reject: PppOption[] = [];
    const agreed: LcpAgreement = {
      mru: 1500,
      pfc: false,
      acfc: false,
      authentication: "none",
      accm: 0xffffffff,
    };
    for (const option of options) {
      const better = this.#judgeOne(option, agreed);
      if (better === "good") continue;
      if (better === "unwanted" || !patient) reject.push(option);
      else nak.push(better);
    }
    if (reject.length > 0) return { verdict: "reject", options: reject };
    if (nak.length > 0) return { verdict: "nak", options: nak };
    Object.assign(this.agreed, agreed);
    return { verdict: "ack", options: [...options] };
  }

  naked(options: readonly PppOption[]): void {
    for (const option of options) {
      const { type, data } = option;
      if (type === LcpOption.mru) this.#mru = optionNumber(option) ?? this.#mru;
      if (type === LcpOption.magic) this.magic = this.#newMagic();
      const wanted = type === LcpOption.authentication ? authenticationOf(data) : undefined;
      if (wanted !== undefined && this.demanded !== "none") this.demanded = wanted;
    }
  }

  rejected(options: readonly PppOption[]): void {
    for (const { type } of options) this.#dropped.add(type);
  }

  opened(now: number): void {
    this.#host.opened(now);
  }

  down(now: number): void {
    this.#host.down(now);
  }

  finished(now: number): void {
    this.#host.finished(now);
  }

  /** Whether the peer refused to prove who it is. */
  get refusedAuthentication(): boolean {
    return this.demanded !== "none" && this.#dropped.has(LcpOption.authentication);
  }

  extra({ code, identifier, data }: PppControl, now: number): boolean {
    switch (code) {
      case ControlCode.protocolReject:
        if (data.length >= 2) this.#host.protocolRejected(get16(data, 0), now);
        return true;
      case ControlCode.echoRequest: {
        if (data.length < 4) return true;
        const reply = data.slice();
        put32(reply, 0, this.magic);
        this.#host.reply(ControlCode.echoReply, reply, identifier);
        return true;
      }
      case ControlCode.echoReply:
        this.#host.echoReplied(now);
        return true;
      case ControlCode.discardRequest:
        return true;
      default:
        return false;
    }
  }

  #newMagic(): number {
    return Math.floor(this.#host.random() * 0xfffffffe) + 1;
  }

  /** `good`, `unwanted`, or the option as this side would rather have it. */
  #judgeOne(option: PppOption, agreed: LcpAgreement): "good" | "unwanted" | PppOption {
    const { type, data } = option;
    switch (type) {
      case LcpOption.mru:
        if (data.length !== 2) return "unwanted";
        agreed.mru = get16(data, 0);
        return agreed.mru >= 64 ? "good" : option16(type, 1500);
      case LcpOption.accm:
        if (data.length !== 4) return "unwanted";
        agreed.accm = get32(data, 0);
        return "good";
      case LcpOption.authentication: {
        if (!this.#wishes.credentials) return "unwanted";
        const method = authenticationOf(data);
        if (method === undefined) return { type, data: AUTHENTICATIONS.chap };
        agreed.authentication = method;
        return "good";
      }
      case LcpOption.magic: {
        if (data.length !== 4) return "unwanted";
        const value = get32(data, 0);
        // The own number coming back means a looped link, or two equal draws.
        return value !== 0 && value !== this.magic ? "good" : option32(type, this.#newMagic());
      }
      case LcpOption.pfc:
        agreed.pfc = true;
        return data.length === 0 ? "good" : "unwanted";
      case LcpOption.acfc:
        agreed.acfc = true;
        return data.length === 0 ? "good" : "unwanted";
      default:
        return "unwanted";
    }
  }
}
