/** What RFC 2661 §5.5 to §5.8, §7.3 and §8.1 leave open: timers, acknowledgements, ports, endings. */
import { section } from "./bench.ts";
import { isData } from "./packets.ts";
import { built, variant, variantOfBoth } from "./variants.ts";

const RETRANSMISSION = "RFC 2661 §5.8";
/** Milliseconds between HELLOs of a device that cannot be set to others. */
const HELLO_INTERVAL = 20_000;
/** Milliseconds for which one of quick timers keeps a tunnel that was stopped. */
const SHORT_CYCLE = 15_500;

const LEGAL_VARIANTS = [
  ...variantOfBoth(
    "quick_to_retransmit",
    "Sends again after 0.3 s for the first time, and then after twice as long each time",
    RETRANSMISSION,
    { l2tp: { interval: (retries) => Math.min(300 * 2 ** retries, 8000) } },
  ),
  ...variantOfBoth(
    "slow_to_retransmit",
    "Sends again after 3 s for the first time, and never later than after 16 s",
    RETRANSMISSION,
    { l2tp: { interval: (retries) => Math.min(3000 * 2 ** retries, 16_000) } },
  ),
  ...variantOfBoth(
    "grows_by_half",
    "Waits half as long again before each retransmission, without a limit",
    RETRANSMISSION,
    { l2tp: { interval: (retries, first) => first * 1.5 ** retries } },
  ),
  ...variantOfBoth(
    "grows_threefold",
    "Waits three times as long before each retransmission, and 8 s at most",
    RETRANSMISSION,
    { l2tp: { interval: (retries, first) => Math.min(first * 3 ** retries, 8000) } },
  ),
  ...variantOfBoth(
    "scattered_intervals",
    "Scatters its intervals a little, so that peers do not send all at once",
    RETRANSMISSION,
    {
      l2tp: {
        interval: (retries, first, cap) =>
          Math.min(first * 2 ** retries, cap) * (retries % 2 === 0 ? 1.1 : 0.95),
      },
    },
  ),
  ...variantOfBoth(
    "three_retransmissions",
    "Gives a peer up after three retransmissions",
    RETRANSMISSION,
    { l2tp: { givesUp: (retries) => retries >= 3 } },
  ),
  ...variantOfBoth(
    "two_retransmissions",
    "Gives a peer up after two retransmissions",
    RETRANSMISSION,
    { l2tp: { givesUp: (retries) => retries >= 2 } },
  ),
  ...variantOfBoth(
    "clears_tunnel_for_malformed",
    "Clears the tunnel for a malformed message about a call",
    "RFC 2661 §7.1",
    // Of what is unrecognized §4.1 says what ends.
    { l2tp: { endsTunnelOnCallFault: ({ error }) => error !== 8 } },
  ),
  variant(
    "lac",
    "redials",
    "Makes a call again that ended",
    "RFC 2661 §7.4.1",
    { l2tp: { configured: (config) => ({ ...config, redial: 3000 }) } },
  ),
  ...variantOfBoth(
    "drops_early",
    "Drops what comes out of order",
    RETRANSMISSION,
    { l2tp: { queuesEarly: () => false } },
    { heavy: true },
  ),
  ...variantOfBoth(
    "acknowledges_first",
    "Acknowledges by itself whatever arrives, before it answers",
    RETRANSMISSION,
    { l2tp: { acknowledgesFirst: true } },
  ),
  ...variantOfBoth(
    "acknowledges_later",
    "Lets an acknowledgement wait 150 ms for a message to ride on",
    RETRANSMISSION,
    { l2tp: { acknowledgesAfter: 150 } },
  ),
  ...variantOfBoth(
    "slow_to_acknowledge",
    "Lets an acknowledgement wait 1.9 s, so that its peer sends again",
    RETRANSMISSION,
    { l2tp: { acknowledgesAfter: 1900 } },
    { heavy: true },
  ),
  ...variantOfBoth(
    "acknowledges_twice",
    "Acknowledges by itself also what its answer acknowledged",
    RETRANSMISSION,
    { l2tp: { piggybacks: false } },
    { heavy: true },
  ),
  variant(
    "lac",
    "fast_start",
    "Begins with as much as its peer takes, without slow start",
    "RFC 2661 Appendix A",
    { l2tp: { firstCwnd: 1000 } },
  ),
  ...variantOfBoth(
    "hello_of_its_own",
    "Sends a HELLO after 20 s of silence, whatever it is told",
    "RFC 2661 §6.5",
    { l2tp: { helloAfter: () => HELLO_INTERVAL } },
    { parameters: { hello_interval: HELLO_INTERVAL } },
  ),
  ...variantOfBoth(
    "no_hello",
    "Sends no HELLO",
    "RFC 2661 §6.5",
    { l2tp: { helloAfter: () => 0 } },
    { lacks: ["keepalive"] },
  ),
  ...variantOfBoth(
    "short_cycle",
    "Keeps a tunnel that ended for its own cycle of 15.5 s",
    "RFC 2661 §5.7",
    {
      l2tp: {
        ...built({ retransmission: { first: 500, cap: 8000, retries: 4 } }).l2tp,
        retention: () => SHORT_CYCLE,
      },
    },
    { parameters: { retransmission_cycle: SHORT_CYCLE } },
  ),
  ...variantOfBoth(
    "ends_with_last_session",
    "Tears a tunnel down once its last session is cleared",
    "RFC 2661 §5.6, §7.3",
    { l2tp: { endsWithLastSession: true } },
  ),
  ...variantOfBoth(
    "bare_data",
    "Is set to send data without UDP checksums",
    "RFC 2661 §8.1",
    { wire: { egress: (t) => isData(t.packet) ? [{ ...t, checksum: false }] : [t] } },
    { parameters: { data_checksums: false } },
  ),
  variant(
    "lns",
    "replies_by_another_port",
    "Answers an SCCRQ from another port than it came to",
    "RFC 2661 §8.1",
    { l2tp: { replyPort: () => "spare" } },
  ),
  variant(
    "lac",
    "asks_from_another_port",
    "Opens tunnels from another port than 1701",
    "RFC 2661 §8.1",
    {
      l2tp: {
        configured: (config) => ({
          ...config,
          peers: config.peers.map((peer) => ({ ...peer, via: "spare" })),
        }),
      },
    },
  ),
];

/** §5.5 to §5.8, §7.3 and §8.1: how messages are delivered, and when a tunnel ends. */
export const OTHER_CHOICES_OF_DELIVERY = section(
  "§5.5 to §5.8, §8.1: legal choices of delivery",
  [],
  { legalVariants: LEGAL_VARIANTS },
);
