/** What RFC 2661 §3.1, §4.4.5, §5.4 and PPP leave open about calls: their data, and the link within. */
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import type { LnsConfig } from "../../../peers/l2tp/config.ts";
import { section } from "./bench.ts";
import { built, makesCalls, sendsData, speaksPpp, variant, variantOfBoth } from "./variants.ts";

/** Numbers every second data message: an LNS may switch that at any time. */
function toggles(): L2tpOverrides {
  let count = 0;
  return { l2tp: { numbersData: (sequencing) => sequencing || count++ % 2 === 1 } };
}

/** An LNS that has these settings whatever it is told. */
function builtLns(settings: Partial<LnsConfig>): L2tpOverrides {
  return { l2tp: { configured: (config) => ({ ...config, ...settings }) } };
}

const LEGAL_VARIANTS = [
  ...variantOfBoth(
    "short_identifiers",
    "Assigns identifiers of one octet, at random",
    "RFC 2661 §4.4.3",
    {
      l2tp: {
        assignsId(random, taken) {
          for (;;) {
            const id = 1 + Math.floor(random() * 255);
            if (!taken(id)) return id;
          }
        },
      },
    },
  ),
  // No call of our LAC lasts until it would ask.
  variant(
    "lns",
    "echoes",
    "Asks every 0.7 s by LCP whether its peer is there",
    "RFC 1661 §5.8",
    speaksPpp({ echo: 700, echoFailures: 100 }),
  ),
  ...variantOfBoth(
    "no_length",
    "Sends data without a Length",
    "RFC 2661 §3.1",
    sendsData({ length: false }),
  ),
  ...variantOfBoth(
    "offset_of_zero",
    "Sends data with an Offset Size of 0",
    "RFC 2661 §3.1",
    sendsData({ offset: 0 }),
  ),
  ...variantOfBoth(
    "offset",
    "Sends data with an Offset Size of 13, and no Length",
    "RFC 2661 §3.1",
    sendsData({ offset: 13, length: false }),
  ),
  ...variantOfBoth(
    "long_offset",
    "Sends data with an Offset Size of 255",
    "RFC 2661 §3.1",
    sendsData({ offset: 255, length: true }),
  ),
  ...variantOfBoth(
    "all_in_priority",
    "Asks for priority for all data",
    "RFC 2661 §3.1",
    sendsData({ priority: "all" }),
  ),
  variant(
    "lns",
    "numbers_data",
    "Numbers all data from the beginning",
    "RFC 2661 §5.4",
    sendsData({ sequence: true }),
  ),
  variant(
    "lns",
    "toggles_numbers",
    "Numbers every second data message",
    "RFC 2661 §5.4",
    toggles(),
  ),
  variant(
    "lac",
    "demands_sequencing",
    "Demands numbered data in every call",
    "RFC 2661 §5.4",
    makesCalls({ sequencingRequired: true }),
  ),
  ...variantOfBoth(
    "lets_peer_begin",
    "Lets its peer begin to negotiate the link",
    "RFC 1661 §4.3",
    speaksPpp({ passive: true }),
  ),
  ...variantOfBoth(
    "compresses_headers",
    "Asks for shorter protocols, and to leave out address and control",
    "RFC 1661 §6.5, §6.6",
    speaksPpp({ pfc: true, acfc: true }),
  ),
  ...variantOfBoth(
    "small_mru",
    "Takes datagrams of 1400 octets at most",
    "RFC 2661 §8.1; RFC 1661 §6.1",
    speaksPpp({ mru: 1400 }),
  ),
  ...variantOfBoth(
    "quick_link",
    "Asks again every second while it negotiates, and gives up after 30 requests",
    "RFC 1661 §4.6",
    speaksPpp({ restart: 1000, maxConfigure: 30 }),
  ),
  ...variantOfBoth(
    "ipv6_alone",
    "Speaks no IPv4 in PPP, but IPv6",
    "RFC 1661 §3.6",
    speaksPpp({ ipv4: false, ipv6: true }),
  ),
  ...variantOfBoth("ipv6", "Speaks IPv6 as well", "RFC 1661 §3.6", speaksPpp({ ipv6: true })),
  variant(
    "lns",
    "wants_pap",
    "Has its clients tell their password",
    "RFC 1334",
    speaksPpp({ authentication: "pap" }),
  ),
  variant(
    "lns",
    "wants_chap",
    "Challenges its clients",
    "RFC 1994",
    speaksPpp({ authentication: "chap" }),
  ),
  variant(
    "lns",
    "tells_link_info",
    "Tells the LAC by SLI what LCP came to",
    "RFC 2661 §6.14",
    builtLns({ setLinkInfo: true }),
  ),
  variant(
    "lns",
    "places_calls",
    "Tells bearers, as it can place calls as well",
    "RFC 2661 §4.4.3",
    built({ bearerCapabilities: 3 }),
  ),
  variant(
    "lac",
    "proxies_lcp",
    "Tells what LCP came to",
    "RFC 2661 §4.4.5",
    makesCalls({ proxy: "lcp" }),
  ),
  variant(
    "lac",
    "proxies_pap",
    "Tells the client's name and password",
    "RFC 2661 §4.4.5",
    makesCalls({ proxy: "pap", ppp: { name: "client", password: "secret" } }),
  ),
  variant(
    "lac",
    "proxies_chap",
    "Tells the client's answer to a challenge",
    "RFC 2661 §4.4.5",
    makesCalls({ proxy: "chap", ppp: { name: "client", password: "secret" } }),
  ),
];

/** §3.1, §4.4.5 and §5.4: what a call carries. */
export const OTHER_CHOICES_OF_CALLS = section(
  "§3.1, §4.4.5, §5.4: legal choices within calls",
  [],
  { legalVariants: LEGAL_VARIANTS },
);
