/**
 * What happens during a run, written down as it happens: where requests go, whose session is up, and
 * how long it takes until those whom a failure hit are served again. It sees what the network carries
 * and what the devices trace, and asks no device.
 */
import { L2tpView } from "../../captures/view/l2tp.ts";
import { MessageType } from "../../captures/wire/l2tp_message.ts";
import type { Endpoint } from "../../peers/machine.ts";
import { TIMES } from "./options.ts";

/** One failure, and what became of it. Virtual milliseconds. */
export interface Failure {
  what: string;
  at: number;
  /** Initiators that the dead endpoint served or was about to. */
  affected: number;
  /** From the failure until half of them, and all of them, had a session elsewhere. */
  halfAfter: number | undefined;
  allAfter: number | undefined;
}

interface Open {
  record: Failure;
  waiting: Set<number>;
}

/** Keeps the books of a run. */
export class EventLog {
  /** Initiators with a session, as they see it. */
  up = 0;
  /** Requests that reached an endpoint: first ones, repeated ones, forged ones. */
  readonly requests = { first: 0, repeated: 0, forged: 0 };
  /** Requests that reached two endpoints although nothing had happened to the first, nor to the master. */
  split = 0;
  /** Requests that went to an endpoint long after it had died. */
  misdirected = 0;
  /** Sessions that ended although their endpoint lived. */
  unprovoked = 0;
  readonly failures: Failure[] = [];
  /** When the master address moved last, and when a request reached an endpoint after that. */
  masterChangedAt = -Infinity;
  firstAfterMaster: number | undefined;
  readonly #now: () => number;
  readonly #indexOf = new Map<string, number>();
  /** By initiator: endpoint of its latest request, the Tunnel ID that it assigned, and when. */
  readonly #home: Int16Array;
  readonly #assigned: Int32Array;
  readonly #requestedAt: Float64Array;
  readonly #upAt: Float64Array;
  /** By endpoint: when it died last, when it died or came back last, and whether it is dead. */
  readonly #diedAt: Float64Array;
  readonly #changedAt: Float64Array;
  readonly #dead: Uint8Array;
  readonly #open: Open[] = [];
  readonly #l2tp = new L2tpView();

  /** @param addresses Those of the initiators, by their index. */
  constructor(addresses: Iterable<string>, endpoints: number, now: () => number) {
    this.#now = now;
    for (const address of addresses) this.#indexOf.set(address, this.#indexOf.size);
    const count = this.#indexOf.size;
    this.#home = new Int16Array(count);
    this.#assigned = new Int32Array(count);
    this.#requestedAt = new Float64Array(count);
    this.#upAt = new Float64Array(count).fill(NaN);
    this.#diedAt = new Float64Array(endpoints + 1).fill(-Infinity);
    this.#changedAt = new Float64Array(endpoints + 1).fill(-Infinity);
    this.#dead = new Uint8Array(endpoints + 1);
  }

  /** The initiator with this address, or undefined. */
  indexOf(address: string): number | undefined {
    return this.#indexOf.get(address);
  }

  /** A datagram reached an endpoint's address on the cluster's network. */
  reached(endpoint: number, packet: Uint8Array, from: Endpoint): void {
    const l2tp = this.#l2tp;
    if (!l2tp.at(packet) || l2tp.messageType !== MessageType.SCCRQ) return;
    const now = this.#now(), died = this.#diedAt[endpoint];
    const late = this.#dead[endpoint] === 1 && now > died + TIMES.silence + TIMES.period;
    if (late) this.misdirected++;
    if (now > this.masterChangedAt) this.firstAfterMaster ??= now;
    const index = this.#indexOf.get(from.address);
    if (index === undefined) return void this.requests.forged++;
    const assigned = l2tp.assignedTunnelId;
    if (this.#assigned[index] === assigned) {
      this.requests.repeated++;
      const before = this.#home[index], since = this.#requestedAt[index];
      const excused = this.#dead[before] === 1 || this.#changedAt[before] > since ||
        this.masterChangedAt > since;
      if (before !== endpoint && !excused) this.split++;
    } else {
      this.requests.first++;
      this.#requestedAt[index] = now;
    }
    this.#assigned[index] = assigned;
    this.#home[index] = endpoint;
  }

  /** An initiator traced something. */
  initiator(index: number, event: string): void {
    if (event === "session_up") this.#sessionUp(index);
    else if (event === "session_down") this.#sessionDown(index);
  }

  /** An endpoint dies. */
  endpointDied(number: number): void {
    const at = this.#now();
    this.#diedAt[number] = this.#changedAt[number] = at;
    this.#dead[number] = 1;
    const waiting = new Set<number>();
    this.#home.forEach((home, index) => home === number && waiting.add(index));
    const none = waiting.size === 0 ? 0 : undefined;
    const record: Failure = {
      ...{ what: `endpoint ${number}`, at, affected: waiting.size },
      ...{ halfAfter: none, allAfter: none },
    };
    this.failures.push(record);
    if (waiting.size > 0) this.#open.push({ record, waiting });
  }

  /** An endpoint comes back, empty. */
  endpointReturned(number: number): void {
    this.#changedAt[number] = this.#now();
    this.#dead[number] = 0;
  }

  /** The master address moved. */
  masterChanged(): void {
    this.masterChangedAt = this.#now();
    this.firstAfterMaster = undefined;
  }

  /** Whether everybody whom a failure hit is served again. */
  get recovered(): boolean {
    return this.#open.length === 0;
  }

  #sessionUp(index: number): void {
    const now = this.#now();
    if (Number.isNaN(this.#upAt[index])) this.up++;
    this.#upAt[index] = now;
    if (this.#dead[this.#home[index]] === 1) return;
    for (const [i, { record, waiting }] of this.#open.entries()) {
      if (!waiting.delete(index)) continue;
      if (waiting.size <= record.affected / 2) record.halfAfter ??= now - record.at;
      if (waiting.size > 0) return;
      record.allAfter = now - record.at;
      this.#open.splice(i, 1);
      return;
    }
  }

  #sessionDown(index: number): void {
    if (Number.isNaN(this.#upAt[index])) return;
    const home = this.#home[index];
    // It may have come up in its own eyes only, at an endpoint that had died a moment before.
    const excused = this.#dead[home] === 1 || this.#changedAt[home] > this.#upAt[index];
    if (!excused) this.unprovoked++;
    this.#upAt[index] = NaN;
    this.up--;
  }
}
