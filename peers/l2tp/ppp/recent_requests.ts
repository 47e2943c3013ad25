/** The Configure-Requests received last, to recognise duplicates that the layer below delivers. */
import { equal } from "./authentication.ts";

/** Requests that are kept at most; in one negotiation there are a few. */
const KEPT = 16;

interface Request {
  identifier: number;
  data: Uint8Array;
  at: number;
}

/** The requests of one peer, the last one at the end. */
export class RecentRequests {
  #requests: Request[] = [];

  /**
   * Records a request.
   * @param period Milliseconds in which an equal request is a duplicate. Later it may come from a peer
   * that restarted.
   * @returns Of which request it is a duplicate: the last, or an earlier one; undefined for none.
   */
  note(
    identifier: number,
    data: Uint8Array,
    now: number,
    period: number,
  ): "last" | "earlier" | undefined {
    this.#requests = this.#requests.filter(({ at }) => now - at < period);
    const found = this.#requests.findIndex((request) =>
      request.identifier === identifier && equal(request.data, data)
    );
    if (found >= 0) return found === this.#requests.length - 1 ? "last" : "earlier";
    if (this.#requests.length === KEPT) this.#requests.shift();
    this.#requests.push({ identifier, data: data.slice(), at: now });
    return undefined;
  }
}
