/**
 * Master and NAT of source 004 in one box, behind one global address (D4-05): what initiators send to
 * the master address and what comes back to them have the same address, so that an initiator which
 * goes on with the address that it dialled is served too. Pure.
 *
 * ```text
 *               the one address          this box               inside
 *  initiator -- SCCRQ, Tunnel ID 0 -->   master   -- SCCRQ --> the selected endpoint
 *            -- anything else -------->   NAT     -- by its mapping --> its endpoint
 *            <-------------------------   NAT     <-- what endpoints send
 * ```
 */
import { z } from "zod";
import { L2tpView } from "../../captures/view/l2tp.ts";
import { udpDatagram } from "../../captures/wire/build.ts";
import type { Endpoint, Machine, PeerEnvironment, Transmission } from "../machine.ts";
import { forwardingSchema, parseConfig, wanPort } from "./config.ts";
import { MasterMachine } from "./master.ts";
import { NatMachine } from "./nat.ts";
import { requestType } from "./request.ts";
import type { TunnelClusterOverrides } from "./overrides.ts";
import { SHARED_ADDRESS_RULES, type SharedAddressRules } from "./rules.ts";

/** Configuration: the NAT's, with the master's besides. Of the ports, `cluster` is the master's. */
const sharedAddressSchema = z.strictObject({
  wan: z.array(wanPort).min(2),
  inside: z.string(),
  master: forwardingSchema,
});

/** The reference master and NAT with one address. */
export class SharedAddressMachine implements Machine {
  readonly #master: MasterMachine;
  readonly #nat: NatMachine;
  readonly #rules: SharedAddressRules;
  readonly #natPorts: Map<string, Endpoint>;
  readonly #l2tp = new L2tpView();

  /** @throws TypeError when the configuration is wrong. */
  constructor(
    config: unknown,
    environment: PeerEnvironment,
    overrides: Pick<TunnelClusterOverrides, "master" | "nat" | "shared_address"> = {},
  ) {
    const { wan, inside, master } = parseConfig(sharedAddressSchema, "shared address", config);
    const pool = wan.filter(({ port }) => port !== "cluster");
    const cluster = wan.filter(({ port }) => port === "cluster");
    this.#natPorts = new Map(pool.map(({ port, address, udp }) => [port, { address, port: udp }]));
    this.#nat = new NatMachine({ inside, wan: pool }, environment, overrides.nat);
    this.#master = new MasterMachine({ ...master, wan: cluster }, environment, overrides.master);
    this.#rules = { ...SHARED_ADDRESS_RULES, ...overrides.shared_address };
  }

  receive(port: string, packet: Uint8Array, now: number, from?: Endpoint) {
    if (port === "cluster") return this.#master.receive(port, packet, now, from);
    const to = this.#natPorts.get(port);
    if (from === undefined || to === undefined || !this.#isRequest(packet)) {
      return this.#nat.receive(port, packet, now, from);
    }
    const datagram = udpDatagram({
      ...{ source: from.address, sourcePort: from.port },
      ...{ destination: to.address, destinationPort: to.port, payload: packet },
    });
    this.#master.receive("lan", datagram, now);
  }

  transmit(now: number): Transmission | undefined {
    return this.#master.transmit(now) ?? this.#nat.transmit(now);
  }

  deadline(): number {
    return Math.min(this.#master.deadline(), this.#nat.deadline());
  }

  /** Instructions are those of the master. */
  instruct(instruction: unknown) {
    this.#master.instruct(instruction);
  }

  #isRequest(packet: Uint8Array): boolean {
    const l2tp = this.#l2tp;
    const type = l2tp.at(packet) ? requestType(l2tp) : -1;
    return this.#rules.isRequest(type, type < 0 ? 0 : l2tp.tunnelId);
  }
}
