/**
 * What a lab shows of seals: whether a nonce of one key comes again, and whether what is to be
 * ciphertext can be read. The stamp at the front of a host's payload tells it wherever it stands.
 */
import type { Frame, FrameRef } from "../../../captures/frame.ts";
import { CoreIdentityDataView } from "../../../captures/view/core_identity_data.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { NONCE_LENGTH, SEAL_LENGTH } from "../../../captures/wire/core_identity.ts";
import { get32 } from "../../../captures/wire/octets.ts";
import { Collector, type FactCollector } from "../../kit/collector.ts";
import type { Evidence, Tap } from "../../kit/evidence.ts";
import { isStampAt } from "../../kit/stamp.ts";
import { keyOf } from "./declared.ts";
import { type DeviceNode, deviceNodes, Owners } from "./nodes.ts";
import { NonceTable } from "./nonce_table.ts";
import { refTo } from "./sighting.ts";

/** What one device sent. */
export interface Secrecy {
  node: string;
  role: string;
  /** Seals whose nonce was seen. */
  seals: number;
  /** Seals with the nonce of another one. */
  repeats: number;
  firstRepeat?: FrameRef;
  /** Packets in which a host's payload can be read, unless it is clear on purpose. */
  readable: number;
  firstReadable?: FrameRef;
}

/** The pass over the WAN taps, by device. */
export const secrecyFacts: FactCollector<readonly Secrecy[]> = {
  name: "core_identity/secrecy",
  begin: (evidence) => new SecrecyCollector(evidence),
};

const SEALS = 1 << 18;

class SecrecyCollector extends Collector<readonly Secrecy[]> {
  readonly #isSealed: boolean;
  readonly #nodes: DeviceNode[];
  readonly #owners: Owners;
  readonly #view = new CoreIdentityDataView();
  readonly #found: Secrecy[];
  /** Nonces of datagrams and of packets, by device. */
  readonly #nonces: { datagrams: NonceTable; packets: NonceTable }[];

  constructor(evidence: Evidence) {
    super();
    this.#isSealed = evidence.world !== "captures" && keyOf(evidence) !== undefined;
    this.#nodes = deviceNodes(evidence);
    this.#owners = new Owners(this.#nodes);
    const bound = this.bound("seals", SEALS);
    this.#found = this.#nodes.map(({ name: node, role }) => ({
      ...{ node, role, seals: 0, repeats: 0, readable: 0 },
    }));
    this.#nonces = this.#nodes.map(() => ({
      datagrams: new NonceTable(bound),
      packets: new NonceTable(bound),
    }));
  }

  override wants(tap: Tap): boolean {
    return this.#isSealed && tap.side === "wan";
  }

  override frame(frame: Frame, walk: HeaderWalker, tap: Tap) {
    const { bytes } = frame, start = walk.udpPayload;
    if (start < 0) return;
    const from = this.#owners.of(bytes, walk.sourceStart, walk.addressLength);
    if (from < 0 || this.#nodes[from].name !== tap.node) return;
    const found = this.#found[from];
    if (this.#seals(frame, start, walk.end, from, tap)) return;
    const { end } = walk;
    // Other frames stand behind this one in the same octets.
    for (
      let at = bytes.indexOf(0x50, start);
      at >= 0 && at < end;
      at = bytes.indexOf(0x50, at + 1)
    ) {
      if (!isStampAt(frame.view, at, end)) continue;
      found.readable++;
      found.firstReadable ??= refTo(frame, tap);
      return;
    }
  }

  facts(): readonly Secrecy[] {
    return this.#found;
  }

  /** Takes the nonces of a packet; says whether its datagram is clear on purpose. */
  #seals(frame: Frame, start: number, end: number, from: number, tap: Tap): boolean {
    const data = this.#view;
    if (!data.at(frame.bytes, start, end)) return false;
    const { datagrams, packets } = this.#nonces[from], { pieceEnd } = data;
    if (data.authenticated) this.#note(packets, frame, pieceEnd, from, tap);
    if (!data.sealed) return true;
    const isLast = !data.headerEncrypted &&
      data.pieceOffset + data.pieceLength === data.datagramLength;
    if (isLast && data.pieceLength >= SEAL_LENGTH) {
      this.#note(datagrams, frame, pieceEnd - SEAL_LENGTH, from, tap);
    }
    return data.clearLength > 0;
  }

  #note(table: NonceTable, frame: Frame, at: number, from: number, tap: Tap) {
    const { bytes } = frame, found = this.#found[from], tag = get32(bytes, at + NONCE_LENGTH);
    found.seals++;
    if (table.isNew(get32(bytes, at), get32(bytes, at + 4), tag)) return;
    found.repeats++;
    found.firstRepeat ??= refTo(frame, tap);
  }
}
