/** The control protocol of IPv4 over PPP: addresses asked for and given (RFC 1332, RFC 1877). */
import { formatIpv4, parseIpv4 } from "../../../captures/wire/address.ts";
import type { PppControl, PppOption } from "../../../captures/wire/ppp_control.ts";
import { IpcpOption } from "../../../captures/wire/ppp_ncp.ts";
import type { ControlProtocol, Judgement } from "./negotiation.ts";

/** What IPCP asks of the link around it. */
export interface IpcpHost {
  /** The address that the peer may have when it asks for this one; undefined for none. */
  addressFor(requested: string): string | undefined;
  opened(now: number): void;
  down(now: number): void;
}

const UNKNOWN = "0.0.0.0";

/** IPCP of one side. Addresses are text. */
export class Ipcp implements ControlProtocol {
  readonly name = "ipcp";
  /** Own address; `0.0.0.0` asks the peer for one. */
  local: string;
  /** The peer's address, once it was acknowledged. */
  remote = UNKNOWN;
  readonly #host: IpcpHost;
  readonly #dns: readonly string[];
  #sendsAddress = true;

  /** @param dns Servers to hand out, at most two. */
  constructor(local: string, dns: readonly string[], host: IpcpHost) {
    this.local = local;
    this.#dns = dns;
    this.#host = host;
  }

  request(): PppOption[] {
    return this.#sendsAddress ? [{ type: IpcpOption.address, data: parseIpv4(this.local) }] : [];
  }

  judge(options: readonly PppOption[], patient: boolean): Judgement {
    const nak: PppOption[] = [], reject: PppOption[] = [];
    let remote = UNKNOWN;
    for (const option of options) {
      const wanted = this.#wanted(option);
      if (wanted === undefined) {
        reject.push(option);
        continue;
      }
      const asked = formatIpv4(option.data);
      if (option.type === IpcpOption.address) remote = asked;
      if (asked === wanted) continue;
      if (patient) nak.push({ type: option.type, data: parseIpv4(wanted) });
      else reject.push(option);
    }
    if (reject.length > 0) return { verdict: "reject", options: reject };
    if (nak.length > 0) return { verdict: "nak", options: nak };
    this.remote = remote;
    return { verdict: "ack", options: [...options] };
  }

  naked(options: readonly PppOption[]): void {
    for (const { type, data } of options) {
      if (type === IpcpOption.address && data.length === 4) this.local = formatIpv4(data);
    }
  }

  rejected(options: readonly PppOption[]): void {
    if (options.some(({ type }) => type === IpcpOption.address)) this.#sendsAddress = false;
  }

  opened(now: number): void {
    this.#host.opened(now);
  }

  down(now: number): void {
    this.#host.down(now);
  }

  finished(): void {}

  extra(_packet: PppControl): boolean {
    return false;
  }

  /** What the peer should have in this option; undefined when it should not have the option. */
  #wanted({ type, data }: PppOption): string | undefined {
    if (data.length !== 4) return undefined;
    switch (type) {
      case IpcpOption.address:
        return this.#host.addressFor(formatIpv4(data));
      case IpcpOption.primaryDns:
        return this.#dns[0];
      case IpcpOption.secondaryDns:
        return this.#dns[1];
      default:
        return undefined;
    }
  }
}
