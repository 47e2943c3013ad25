/** The control protocol of IPv6 over PPP: interface identifiers (RFC 5072 §4). */
import { hex } from "../../../captures/wire/octets.ts";
import type { PppControl, PppOption } from "../../../captures/wire/ppp_control.ts";
import { Ipv6cpOption } from "../../../captures/wire/ppp_ncp.ts";
import type { ControlProtocol, Judgement } from "./negotiation.ts";

/** What IPv6CP asks of the link around it. */
export interface Ipv6cpHost {
  random(): number;
  opened(now: number): void;
  down(now: number): void;
}

const ZERO = "0000000000000000";

/** IPv6CP of one side. Identifiers are 16 hexadecimal digits. */
export class Ipv6cp implements ControlProtocol {
  readonly name = "ipv6cp";
  local: string;
  remote = ZERO;
  readonly #host: Ipv6cpHost;

  constructor(host: Ipv6cpHost) {
    this.#host = host;
    this.local = this.#draw();
  }

  request(): PppOption[] {
    return this.local === ZERO ? [] : [option(this.local)];
  }

  judge(options: readonly PppOption[], patient: boolean): Judgement {
    const unwanted = options.filter(({ type, data }) =>
      type !== Ipv6cpOption.interfaceIdentifier || data.length !== 8
    );
    if (unwanted.length > 0) return { verdict: "reject", options: unwanted };
    let remote = ZERO;
    for (const asked of options) {
      remote = hex(asked.data);
      if (remote !== ZERO && remote !== this.local) continue;
      if (!patient) return { verdict: "reject", options: [asked] };
      return { verdict: "nak", options: [option(this.#draw())] };
    }
    this.remote = remote;
    return { verdict: "ack", options: [...options] };
  }

  naked(options: readonly PppOption[]): void {
    for (const { type, data } of options) {
      if (type === Ipv6cpOption.interfaceIdentifier && data.length === 8) this.local = hex(data);
    }
  }

  rejected(): void {
    this.local = ZERO;
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

  /** A random identifier, not zero, with the bit clear that would call it globally unique. */
  #draw(): string {
    const octets = Uint8Array.from({ length: 8 }, () => Math.floor(this.#host.random() * 256));
    octets[0] &= 0xfd;
    octets[7] |= 1;
    return hex(octets);
  }
}

function option(identifier: string): PppOption {
  const octets = identifier.match(/../g)!.map((digits) => parseInt(digits, 16));
  return { type: Ipv6cpOption.interfaceIdentifier, data: Uint8Array.from(octets) };
}
