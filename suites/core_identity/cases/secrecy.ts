/** D0-16, [0084], [0087]: what is sealed stays secret, and no nonce is used twice. */
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravestOf, inconclusive, pass } from "../../kit/verdict.ts";
import type { CoreIdentityOverrides } from "../../../peers/core_identity/overrides.ts";
import { declared } from "../facts/declared.ts";
import { type Secrecy, secrecyFacts } from "../facts/secrecy.ts";
import { FIGURE_7_DATAGRAMS } from "../scenarios/figure_7_datagrams.ts";
import { FIGURE_9 } from "../scenarios/figure_9.ts";
import { kit } from "../vocabulary.ts";

const ROLES = ["sender", "receiver"] as const;
const SEALED = [FIGURE_9.sessions, FIGURE_7_DATAGRAMS.sealed] as const;

function sealing(secrecy: readonly Secrecy[], role: string) {
  const own = secrecy.filter((one) => one.role === role && one.seals > 0);
  return own.length > 0 ? own : inconclusive(`the ${role} of a lab sealed nothing`);
}

const freshNonces = (role: typeof ROLES[number]) =>
  kit.invariant({
    name: `common/fresh_nonces_of_${role}`,
    title: `The ${role} seals nothing with a nonce that it used before`,
    covers: ["CID-114"],
    on: SEALED,
    judges: [role],
    needs: { secrecy: secrecyFacts },
    subject: ({ secrecy }) => sealing(secrecy, role),
    judge: (_, own) =>
      gravestOf(own, "device", ({ seals, repeats, firstRepeat }) =>
        repeats === 0 ? pass : fail(
          `another nonce for each of ${seals} seals`,
          `${repeats} have one that came before`,
          frameRefs(firstRepeat),
        )),
  });

const nothingReadable = (role: typeof ROLES[number]) =>
  kit.invariant({
    name: `common/nothing_readable_of_${role}`,
    title: `Where whole datagrams are sealed, nothing that the ${role} sends shows what they carry`,
    covers: ["CID-115"],
    on: SEALED,
    judges: [role],
    needs: { secrecy: secrecyFacts },
    subject({ secrecy }, evidence) {
      return declared(evidence, "sender", "cover") === "whole"
        ? sealing(secrecy, role)
        : inconclusive("nothing says that datagrams are to be sealed as a whole");
    },
    judge: (_, own) =>
      gravestOf(own, "device", ({ readable, firstReadable }) =>
        readable === 0 ? pass : fail(
          "ciphertext alone of what hosts send",
          `${readable} packets show it in clear`,
          frameRefs(firstReadable),
        )),
  });

/** A datagram beside the packet that seals it, in a packet of a type that nobody knows. */
function leaking(): CoreIdentityOverrides {
  let last: Uint8Array | undefined;
  return {
    node: {
      carries(datagram) {
        last = datagram.slice();
        return [datagram];
      },
    },
    wire: {
      egress(sent) {
        const datagram = last;
        last = undefined;
        if (datagram === undefined || (sent.packet[1] & 2) === 0) return [sent];
        return [sent, { ...sent, packet: Uint8Array.from([0x13, 0, 0, 0, ...datagram]) }];
      },
    },
  };
}

/** The section. */
export const SECRECY: Section<CoreIdentityOverrides> = {
  title: "D0-16, [0084], [0087]: seals",
  checks: [...ROLES.map(freshNonces), ...ROLES.map(nothingReadable)],
  mutants: ROLES.flatMap((role) => [
    kit.mutant({
      name: "one_nonce_for_all",
      title: "Seals everything with one nonce",
      role,
      violates: "CID-114",
      rules: { node: { nonce: () => 0x1234n } },
    }),
    kit.mutant({
      name: "nonces_of_five_bits",
      title: "Counts nonces in five bits, after which they come again",
      role,
      violates: "CID-114",
      rules: { node: { nonce: (next) => next & ~0xffffffffn | next & 31n } },
    }),
    kit.mutant({
      name: "sends_plaintext_besides",
      title: "Sends a copy in clear of every datagram that it seals",
      role,
      violates: "CID-115",
      alsoViolates: ["CID-111"],
      rules: leaking(),
    }),
  ]),
};
