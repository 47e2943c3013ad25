/** How the master selects an endpoint (L102, L163): four policies over the endpoints that may serve. */
import type { ForwardingConfig } from "./config.ts";
import { hashOf, type Member } from "./registry.ts";
import type { MasterRules, Request } from "./rules.ts";

/** Selects endpoints; keeps whose turn it is. */
export class Selector {
  readonly #config: ForwardingConfig;
  readonly #rules: MasterRules;
  #turn = 0;

  constructor(config: ForwardingConfig, rules: MasterRules) {
    this.#config = config;
    this.#rules = rules;
  }

  /** The endpoint for a request, out of those that may serve; undefined when none can take it. */
  select(candidates: readonly Member[], request: Request, now: number): Member | undefined {
    if (candidates.length === 0) return undefined;
    switch (this.#config.policy) {
      case "lowest_load":
        return this.#lowest(candidates);
      case "round_robin":
        return candidates[this.#rules.nextInTurn(this.#turn++, candidates.length)];
      case "leaky_bucket":
        return this.#bucket(candidates, now);
      case "deterministic":
        return rendezvous(candidates, this.#rules.deterministicKey(request, this.#config.key));
    }
  }

  /** Of equal loads the one with the lowest member number, or the highest if so configured. */
  #lowest(candidates: readonly Member[]): Member {
    const { loadOf, prefers, amongEquals } = this.#rules;
    let best = [candidates[0]], least = loadOf(candidates[0]);
    for (const member of candidates.slice(1)) {
      const load = loadOf(member);
      if (prefers(load, least)) [best, least] = [[member], load];
      else if (!prefers(least, load)) best.push(member);
    }
    return amongEquals(best, this.#config.tie);
  }

  /** The next in turn whose bucket has room for a request. */
  #bucket(candidates: readonly Member[], now: number): Member | undefined {
    const { depth, drain } = this.#config.bucket;
    for (let i = 0; i < candidates.length; i++) {
      const at = this.#rules.nextBucket(this.#turn, i, candidates.length);
      const member = candidates[at];
      member.bucket = this.#rules.leaked(member.bucket, now - member.bucketAt, drain);
      member.bucketAt = now;
      if (member.bucket > depth - 1) continue;
      member.bucket++;
      this.#turn = (at + 1) % candidates.length;
      return member;
    }
    return undefined;
  }
}

/** Highest random weight: the choice of most keys survives when endpoints come and go. */
function rendezvous(candidates: readonly Member[], key: string): Member {
  let best = candidates[0], highest = -1;
  for (const member of candidates) {
    const weight = hashOf(`${key}|${member.member}`);
    if (weight > highest) [best, highest] = [member, weight];
  }
  return best;
}
