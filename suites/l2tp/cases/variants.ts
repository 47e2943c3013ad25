/** How the legal variants of this suite are written. */
import type { Avp } from "../../../captures/wire/l2tp_avp.ts";
import type { L2tpConfig, LacConfig } from "../../../peers/l2tp/config.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import type { LegalVariant } from "../../kit/legal_variant.ts";
import { Attribute } from "../facts/message.ts";
import { kit } from "../vocabulary.ts";
import { BOTH, type L2tpRole } from "../words.ts";

/** A legal variant of this suite. */
export type L2tpVariant = LegalVariant<L2tpOverrides>;

/** What a variant may have besides its rules. */
type More = Pick<L2tpVariant, "lacks" | "heavy" | "parameters">;

/** One legal variant of one role. */
export function variant(
  role: L2tpRole,
  name: string,
  title: string,
  source: string,
  rules: L2tpOverrides,
  more: More = {},
): L2tpVariant {
  return kit.legalVariant({ role, name, title, source, rules, ...more });
}

/** The same legal variant of either role. */
export function variantOfBoth(
  name: string,
  title: string,
  source: string,
  rules: L2tpOverrides,
  more: More = {},
): L2tpVariant[] {
  return BOTH.map((role) => variant(role, name, title, source, rules, more));
}

/** A device that has these settings whatever it is told. */
export function built(settings: Partial<L2tpConfig>): L2tpOverrides {
  return { l2tp: { configured: (config) => ({ ...config, ...settings }) } };
}

/** A device whose data messages are sent as told here. */
export function sendsData(data: Partial<L2tpConfig["data"]>): L2tpOverrides {
  return { l2tp: { configured: (config) => ({ ...config, data: { ...config.data, ...data } }) } };
}

/** A device whose PPP is as told here. */
export function speaksPpp(ppp: Partial<L2tpConfig["ppp"]>): L2tpOverrides {
  return { l2tp: { configured: (config) => ({ ...config, ppp: { ...config.ppp, ...ppp } }) } };
}

/** A LAC all of whose calls are as told here. */
export function makesCalls(changes: Partial<LacConfig["calls"][number]>): L2tpOverrides {
  return {
    l2tp: {
      configured(config) {
        if (!("calls" in config)) return config;
        const { calls } = config as unknown as LacConfig;
        return { ...config, calls: calls.map((call) => ({ ...call, ...changes })) };
      },
    },
  };
}

/** An AVP that its receiver may pass over, of this vendor. */
export function optionalAvp(vendor: number, type: number, value: Uint8Array): Avp {
  const length = 6 + value.length;
  return { mandatory: false, hidden: false, reserved: 0, length, vendor, type, value };
}

/** The AVPs behind the Message Type in the opposite order; what is hidden stays behind its vector. */
function reversed([type, ...rest]: Avp[]): Avp[] {
  const at = rest.findIndex((avp) => avp.type === Attribute.randomVector);
  const plain = at < 0 ? rest : rest.slice(0, at);
  return [type, ...(at < 0 ? [] : rest.slice(at)), ...plain.reverse()];
}

/** A device that sends its AVPs in the opposite order. */
export const REVERSED_ORDER: L2tpOverrides = { l2tp: { avps: (_, avps) => reversed(avps) } };

/** A device that assigns identifiers above 32767 alone. */
export const HIGH_IDENTIFIERS: L2tpOverrides = {
  l2tp: {
    assignsId(random, taken) {
      for (;;) {
        const id = 0x8000 + Math.floor(random() * 0x8000);
        if (!taken(id)) return id;
      }
    },
  },
};
