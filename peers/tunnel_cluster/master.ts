/** The cluster master of source 004 (154, 254): forwards requests and keeps the endpoints. Pure. */
import type { Endpoint, Machine, PeerEnvironment, Transmission } from "../machine.ts";
import { masterConfigSchema, parseConfig } from "./config.ts";
import { Mastership } from "./mastership.ts";
import { readMessage } from "./messages.ts";
import { MASTER_RULES, type MasterRules } from "./rules.ts";

/** What a device claims that is no master. */
export const NOTHING: readonly string[] = [];

/**
 * The reference master. Port `lan` takes IP datagrams for the master address and gives them back
 * re-addressed; port `cluster` carries the messages of the cluster.
 */
export class MasterMachine implements Machine {
  readonly #mastership: Mastership;
  readonly #environment: PeerEnvironment;
  readonly #out: Transmission[] = [];
  readonly #held: readonly string[];
  #failed = false;

  /** @throws TypeError when the configuration is wrong. */
  constructor(config: unknown, environment: PeerEnvironment, rules: Partial<MasterRules> = {}) {
    const all = { ...MASTER_RULES, ...rules };
    const parsed = all.configured(parseConfig(masterConfigSchema, "master", config));
    this.#environment = environment;
    this.#held = [parsed.masterAddress];
    this.#mastership = new Mastership({
      ...{ config: parsed, rules: all, member: 0, term: 1 },
      ...{ trace: environment.trace, quorumOf: parsed.quorumOf, votesItself: false },
      send: (transmission) => this.#out.push(transmission),
    });
  }

  receive(port: string, packet: Uint8Array, now: number, from?: Endpoint) {
    if (this.#failed) return;
    if (port === "lan") return this.#mastership.datagram(packet, now);
    const record = readMessage(packet);
    if (record === undefined || from === undefined) {
      return this.#environment.trace("malformed", { port });
    }
    this.#mastership.message(record, from, now);
  }

  transmit(now: number): Transmission | undefined {
    if (this.#failed) return undefined;
    this.#mastership.tick(now);
    return this.#out.shift();
  }

  deadline(): number {
    if (this.#failed) return Infinity;
    return this.#out.length > 0 ? 0 : this.#mastership.deadline();
  }

  /** The master address, until it has given way to another master. */
  claims(): readonly string[] {
    return this.#mastership.yielded ? NOTHING : this.#held;
  }

  /**
   * `{kind: "deactivate" | "activate", member}` takes an endpoint out of the choice or back,
   * `{kind: "fail"}` makes the master fall silent, and `{kind: "recover"}` ends that.
   */
  instruct(instruction: unknown) {
    const { kind, member } = (instruction ?? {}) as { kind?: unknown; member?: unknown };
    if (kind === "fail" || kind === "recover") {
      this.#failed = kind === "fail";
      this.#out.length = 0;
    } else if ((kind === "activate" || kind === "deactivate") && typeof member === "number") {
      this.#mastership.activate(member, kind === "activate");
    } else {
      throw new TypeError(
        `Cannot instruct a master as kind must be "activate", "deactivate", "fail" or "recover": got ${
          JSON.stringify(instruction)
        }`,
      );
    }
  }
}
