/** What RFC 2661 §4 and §6 leave open about messages: devices that choose otherwise than ours. */
import { type Avp, withLength } from "../../../captures/wire/l2tp_avp.ts";
import { ATTRIBUTES } from "../../../captures/wire/l2tp_attributes.ts";
import { put16 } from "../../../captures/wire/octets.ts";
import { Attribute } from "../facts/message.ts";
import { section } from "./bench.ts";
import {
  built,
  HIGH_IDENTIFIERS,
  makesCalls,
  optionalAvp,
  REVERSED_ORDER,
  variant,
  variantOfBoth,
} from "./variants.ts";

/** Vendor ID of Cisco, with attributes under numbers that RFC 2661 gives a meaning. */
const VENDOR = 9;
/** PPP Disconnect Cause Code (RFC 3145), which nobody needs to know. */
const DISCONNECT_CAUSE = 46;
const TEXT = new TextEncoder().encode("as it was asked");

/** Attributes that a message may do without; a LAC that places calls tells its bearers. */
const OPTIONAL: readonly number[] = [
  ...[Attribute.tieBreaker, Attribute.firmwareRevision, Attribute.vendorName, Attribute.window],
  ...[ATTRIBUTES.bearerType.type, ATTRIBUTES.rxConnectSpeed.type],
];

/** Results whose error code says something: a general error, and another version (RFC 2661 §4.4.2). */
const WITH_ERROR = [2, 5];
/** General errors that should come with a message that says more (RFC 2661 §4.4.2). */
const WITH_MESSAGE = [6, 8];

/** A Result Code with an error code and a message, or without what need not be there. */
function result(avp: Avp, wordy: boolean): Avp {
  if (avp.vendor !== 0 || avp.type !== Attribute.result) return avp;
  const code = [...avp.value.slice(0, 2)], error = [...avp.value.slice(2, 4)];
  const says = WITH_ERROR.includes(code[1]);
  const explains = code[1] === 2 && WITH_MESSAGE.includes(error[1]);
  if (!wordy && explains) return avp;
  const rest = wordy ? [...(error.length < 2 ? [0, 0] : error), ...TEXT] : says ? error : [];
  return withLength({ ...avp, value: Uint8Array.from([...code, ...rest]) });
}

/** A CDN that tells normal call clearing (Q.931 cause 16), with an advisory message. */
function withCause(avps: Avp[]): Avp[] {
  const value = new Uint8Array(3 + TEXT.length);
  put16(value, 0, 16);
  value.set(TEXT, 3);
  return [...avps, { ...optionalAvp(0, Attribute.causeCode, value), mandatory: true }];
}

const LEGAL_VARIANTS = [
  ...variantOfBoth(
    "reversed_order",
    "Sends its AVPs in the opposite order",
    "RFC 2661 §4.4",
    REVERSED_ORDER,
  ),
  ...variantOfBoth(
    "fewest_avps",
    "Sends no AVP that a message may do without",
    "RFC 2661 §6",
    {
      l2tp: {
        avps: (name, avps) =>
          avps.filter(({ type }) => !OPTIONAL.includes(type) || name.startsWith("OC")),
      },
    },
  ),
  ...variantOfBoth(
    "vendor_avps",
    "Sends AVPs of its vendor in every message, between the others",
    "RFC 2661 §4.1",
    {
      l2tp: {
        avps: (_, [type, ...rest]) => [
          type,
          optionalAvp(VENDOR, Attribute.assignedTunnel, Uint8Array.of(1, 2, 3)),
          ...rest,
          optionalAvp(VENDOR, Attribute.challenge, new Uint8Array(40)),
        ],
      },
    },
  ),
  ...variantOfBoth(
    "later_avps",
    "Sends AVPs of later documents, not marked mandatory",
    "RFC 2661 §4.1, RFC 3145",
    {
      l2tp: {
        avps: (name, avps) =>
          name === "CDN"
            ? [...avps, optionalAvp(0, DISCONNECT_CAUSE, Uint8Array.of(0, 3, 0, 0, 0))]
            : avps,
      },
    },
  ),
  ...variantOfBoth(
    "short_host_name",
    "Has a Host Name of one octet",
    "RFC 2661 §4.4.3",
    built({ hostName: "x" }),
  ),
  ...variantOfBoth(
    "long_host_name",
    "Has a Host Name of 255 octets, and a longer Vendor Name",
    "RFC 2661 §4.4.3",
    built({ hostName: "tunnels.".repeat(32).slice(0, 255), vendorName: "Ö".repeat(300) }),
  ),
  ...variantOfBoth(
    "window_of_one",
    "Takes one message at a time",
    "RFC 2661 §5.8",
    built({ receiveWindow: 1 }),
    { heavy: true },
  ),
  ...variantOfBoth(
    "widest_window",
    "Announces a Receive Window Size of 65535",
    "RFC 2661 §4.4.3",
    built({ receiveWindow: 65_535 }),
    { heavy: true },
  ),
  ...variantOfBoth(
    "untold_window",
    "Announces no Receive Window Size",
    "RFC 2661 §4.4.3",
    built({ receiveWindow: 4, announceWindow: false }),
  ),
  ...variantOfBoth(
    "vector_for_each",
    "Hides every AVP that it may, each behind a Random Vector of its own",
    "RFC 2661 §4.3",
    {
      l2tp: {
        hides: (name, _, mayHide, secret) => mayHide && secret && name !== "randomVector",
        sharesVector: false,
      },
    },
  ),
  ...variantOfBoth(
    "short_vector",
    "Hides by a Random Vector of one octet, and pads what it hides",
    "RFC 2661 §4.3, §4.4.1",
    { l2tp: { ...built({ hidePadding: 200 }).l2tp, vectorLength: 1 } },
  ),
  ...variantOfBoth(
    "long_vector",
    "Hides by a Random Vector of 300 octets",
    "RFC 2661 §4.4.1",
    { l2tp: { vectorLength: 300 } },
  ),
  ...variantOfBoth(
    "wordy_results",
    "Tells an error code and a message with every result",
    "RFC 2661 §4.4.2",
    { l2tp: { avps: (_, avps) => avps.map((avp) => result(avp, true)) } },
  ),
  ...variantOfBoth(
    "terse_results",
    "Tells messages with errors 6 and 8 alone, and error codes with general errors alone",
    "RFC 2661 §4.4.2",
    { l2tp: { avps: (_, avps) => avps.map((avp) => result(avp, false)) } },
  ),
  ...variantOfBoth(
    "cause_codes",
    "Sends a Q.931 Cause Code with every CDN",
    "RFC 2661 §6.12",
    { l2tp: { avps: (name, avps) => name === "CDN" ? withCause(avps) : avps } },
  ),
  ...variantOfBoth(
    "high_identifiers",
    "Assigns identifiers above 32767 alone",
    "RFC 2661 §4.4.3",
    HIGH_IDENTIFIERS,
  ),
  ...variantOfBoth(
    "even_identifiers",
    "Assigns even identifiers alone",
    "RFC 2661 §4.4.3",
    {
      l2tp: {
        assignsId(random, taken) {
          for (;;) {
            const id = 2 + 2 * Math.floor(random() * 0x7fff);
            if (!taken(id)) return id;
          }
        },
      },
    },
  ),
  ...variantOfBoth(
    "named_challenge",
    "Challenges by twelve octets of its own and eight random ones",
    "RFC 2661 §4.4.3",
    {
      l2tp: {
        challenge: (random) =>
          Uint8Array.from({ length: 20 }, (_, i) => i < 12 ? 0x61 : random() * 256),
      },
    },
  ),
  ...variantOfBoth(
    "short_challenge",
    "Challenges by five octets",
    "RFC 2661 §4.4.3",
    { l2tp: { challenge: (random) => Uint8Array.from({ length: 5 }, () => random() * 256) } },
  ),
  ...variantOfBoth(
    "long_challenge",
    "Challenges by 600 octets",
    "RFC 2661 §4.4.3",
    { l2tp: { challenge: (random) => Uint8Array.from({ length: 600 }, () => random() * 256) } },
  ),
  ...variantOfBoth(
    "challenges_always",
    "Challenges its peer wherever they share a secret",
    "RFC 2661 §5.1.1",
    { l2tp: { challenges: (_, secret) => secret } },
  ),
  ...variantOfBoth(
    "challenges_never",
    "Proves who it is, and asks nobody else to",
    "RFC 2661 §5.1.1",
    { l2tp: { challenges: () => false } },
  ),
  ...variantOfBoth(
    "other_refusals",
    "Refuses by general errors, and tells its vendor's reasons in words",
    "RFC 2661 §4.4.2",
    {
      l2tp: {
        authenticationFault: { result: 2, error: 6, message: "wrong response" },
        hostFault: { result: 2, error: 6, message: "unknown host" },
        callLimitFault: { result: 2, error: 4 },
        callDirectionFault: { result: 2, error: 6, message: "no calls in this direction" },
        sequenceFault: (state, message) => ({
          result: 2,
          error: 1,
          message: `${message} in state ${state}`,
        }),
        setupFault: { result: 2, error: 6 },
      },
    },
  ),
  variant(
    "lac",
    "tie_breaker",
    "Sends a Tie Breaker where it is told none",
    "RFC 2661 §4.4.3",
    {
      l2tp: {
        configured: (config) =>
          config.tieBreaker === "none" ? { ...config, tieBreaker: "random" } : config,
      },
    },
  ),
  variant(
    "lac",
    "told_in_full",
    "Tells of a call all that there is to tell",
    "RFC 2661 §6.6, §6.8",
    makesCalls({
      ...{ callingNumber: "5550100", calledNumber: "5550199", subAddress: "7" },
      ...{ privateGroupId: "blue", bearerType: 2, physicalChannelId: 0xfffffffe },
      ...{ txConnectSpeed: 33_600, rxConnectSpeed: 28_800 },
    }),
  ),
  variant(
    "lac",
    "no_physical_line",
    "Tells of calls that came over no physical line, at a speed of 10 Gbit/s cut to 32 bits",
    "RFC 2661 §4.4.4",
    makesCalls({ bearerType: 0, txConnectSpeed: 0xffffffff, rxConnectSpeed: 0xffffffff }),
  ),
  variant(
    "lac",
    "small_serial_numbers",
    "Counts its calls from a small number",
    "RFC 2661 §4.4.4",
    { l2tp: { serialNumber: (next) => next & 0xffff } },
  ),
];

/** §4 and §6: what a message holds. */
export const OTHER_CHOICES_OF_MESSAGES = section(
  "§4, §6: legal choices of what messages hold",
  [],
  { legalVariants: LEGAL_VARIANTS },
);
