import type { RuleOverrides } from "../../peers/rule_overrides.ts";
import type { ReferencePeers } from "./suite.ts";

/** What a suite says of its peers without their machines. */
type Known<Overrides extends RuleOverrides> = Omit<
  ReferencePeers<Overrides>,
  "peer" | "core" | "load"
>;

/**
 * Peers whose machines are not loaded with the suite: who judges captures builds none, and should not
 * wait for them.
 * @param known What is known of them before.
 * @param load Gives the peers; asked once.
 */
export function deferredPeers<Overrides extends RuleOverrides>(
  known: Known<Overrides>,
  load: () => Promise<ReferencePeers<Overrides>>,
): ReferencePeers<Overrides> {
  let loading: Promise<ReferencePeers<Overrides>> | undefined;
  let peers: ReferencePeers<Overrides> | undefined;
  const loaded = () => {
    if (peers !== undefined) return peers;
    throw new TypeError(`Cannot build a peer of ${known.name} as nobody has loaded them`);
  };
  return {
    ...known,
    async load() {
      peers = await (loading ??= load());
    },
    peer: (...place) => loaded().peer(...place),
    core(...place) {
      const { core } = loaded();
      if (core === undefined) {
        throw new TypeError(`Cannot build a core as peers of ${known.name} have none`);
      }
      return core(...place);
    },
  };
}
