/** Cards that take for a preset what is none, or do not recognise one. */
import { get16 } from "../../../captures/wire/octets.ts";
import { isOpaqueFormat, type OpaqueFormat, opaqueLength } from "../../../captures/wire/opaque.ts";
import { cardMutant, lastOf, losing, type MutantRow } from "./mutations.ts";
import type { OffloadOverrides } from "../../../peers/offload/overrides.ts";

type IsFormat = typeof isOpaqueFormat;

const mutant = (...row: MutantRow) => cardMutant(row);

const classifies = (isFormat: IsFormat): OffloadOverrides => ({ classifier: { isFormat } });

/** Whether octets at a place are one of the values, read as somebody else would. */
function matches(
  { formatId }: OpaqueFormat,
  read: (octets: Uint8Array) => readonly number[],
  bytes: Uint8Array,
  start: number,
): boolean {
  if (formatId === undefined) return true;
  const at = start + formatId.offset;
  const octets = bytes.slice(at, at + formatId.octets);
  return formatId.values.some((value) => {
    const wanted = Array.from(
      { length: formatId.octets },
      (_, i) => value >>> 8 * (formatId.octets - 1 - i) & 255,
    );
    return read(octets).every((octet, i) => octet === wanted[i]);
  });
}

/** In the order of their rows. */
export const RECOGNITION_MUTANTS = [
  mutant(
    "protocol_suffices",
    "Takes every packet with the preset's protocol for one of it",
    "OFL-011",
    classifies((format, protocol) => protocol === format.protocol),
  ),
  mutant(
    "value_suffices",
    "Takes every packet with the format id for one of the preset, whatever its protocol",
    "OFL-012",
    classifies((format, _protocol, ...rest) => isOpaqueFormat(format, format.protocol, ...rest)),
  ),
  mutant(
    "scans_for_the_value",
    "Looks for the format id in all of the opaque field",
    "OFL-013",
    classifies((format, protocol, bytes, start, end) => {
      if (protocol !== format.protocol || format.formatId === undefined) return false;
      for (let at = start; at < start + 12 && at + 2 <= end; at++) {
        if (format.formatId.values.includes(get16(bytes, at))) return true;
      }
      return false;
    }),
  ),
  mutant(
    "two_octets_further",
    "Accepts the format id two octets further as well",
    "OFL-013",
    classifies((format, protocol, bytes, start, end) =>
      isOpaqueFormat(format, protocol, bytes, start, end) ||
      isOpaqueFormat(format, protocol, bytes, start + 2, end)
    ),
  ),
  mutant(
    "offset_compiled_in",
    "Goes on to look for the format id where the first preset had it",
    "OFL-014",
    {
      nic: {
        active: (formats) =>
          Object.fromEntries(
            Object.entries(formats).map(([name, format]) => [
              name,
              format.formatId === undefined ? format : {
                ...format,
                formatId: { ...format.formatId, offset: 2 },
              },
            ]),
          ),
      },
    },
  ),
  mutant(
    "keeps_the_old_preset",
    "Goes on to offload packets of presets that were replaced",
    "OFL-014",
    { nic: { presets: (pushed, before) => ({ ...before, ...pushed }) } },
  ),
  mutant(
    "gre_alone",
    "Accepts presets of protocol 47 alone",
    "OFL-015",
    { nic: { active: (formats) => onlyProtocols(formats, [47, 253]) } },
  ),
  mutant(
    "two_octets_always",
    "Compares two octets of the format id, however many there are",
    "OFL-016",
    classifies((format, protocol, bytes, start, end) => {
      const { formatId } = format;
      if (protocol !== format.protocol || formatId === undefined) return false;
      if (start + formatId.offset + 2 > end) return false;
      const value = get16(bytes, start + formatId.offset);
      return formatId.values.some((own) => (own & 0xffff) === value);
    }),
  ),
  mutant(
    "other_octets_zero",
    "Wants the first octet of the opaque field to be zero",
    "OFL-017",
    classifies((format, protocol, bytes, start, end) =>
      bytes[start] === 0 && isOpaqueFormat(format, protocol, bytes, start, end)
    ),
  ),
  mutant(
    "version_nibble",
    "Does not recognise a field with all its high bits set",
    "OFL-017",
    classifies((format, protocol, bytes, start, end) =>
      bytes[start] >> 4 !== 15 && isOpaqueFormat(format, protocol, bytes, start, end)
    ),
  ),
  mutant(
    "last_preset_wins",
    "Knows the last of several presets alone",
    "OFL-019",
    { nic: { active: (formats) => Object.fromEntries(Object.entries(formats).slice(-1)) } },
  ),
  mutant(
    "half_applied",
    "Takes of a new preset the length alone, and keeps the place of the format id",
    "OFL-020",
    {
      nic: {
        presets: (pushed, before) => {
          const [old] = Object.values(before);
          return Object.fromEntries(
            Object.entries(pushed).map(([name, format]) => [name, {
              ...format,
              ...old?.formatId === undefined ? {} : { formatId: old.formatId },
            }]),
          );
        },
      },
    },
  ),
  mutant(
    "host_byte_order",
    "Compares the format id in the order of its own processor",
    "OFL-021",
    classifies((format, protocol, bytes, start, end) =>
      protocol === format.protocol && start + 16 < end &&
      matches(format, (octets) => [...octets].reverse(), bytes, start)
    ),
  ),
  mutant(
    "either_byte_order",
    "Accepts the format id in both byte orders",
    "OFL-021",
    classifies((format, protocol, bytes, start, end) =>
      isOpaqueFormat(format, protocol, bytes, start, end) ||
      protocol === format.protocol && start + 16 < end &&
        matches(format, (octets) => [...octets].reverse(), bytes, start)
    ),
  ),
  mutant(
    "loses_short_packets",
    "Loses packets that end within the opaque field",
    "OFL-022",
    losing((packet) => packet.length < 14 + 34),
  ),
  mutant(
    "length_fixed",
    "Takes every opaque field for one of 12 octets",
    "OFL-024",
    { classifier: { opaqueOctets: (_, __, start, end) => start + 12 <= end ? 12 : -1 } },
  ),
  mutant(
    "length_up_to_sixteen",
    "Counts 16 octets of an opaque field at most",
    "OFL-024",
    { classifier: { opaqueOctets: (...of) => Math.min(opaqueLength(...of), 16) } },
  ),
  mutant(
    "no_outer_options",
    "Takes every outer header for one of 20 octets",
    "OFL-025",
    { classifier: { opaqueStart: (_, outer) => outer + 20 } },
  ),
  mutant(
    "length_not_read",
    "Takes every field that says its length for one of 20 octets",
    "OFL-026",
    {
      classifier: {
        opaqueOctets: (format, bytes, start, end) =>
          "at" in format.length ? 20 : opaqueLength(format, bytes, start, end),
      },
    },
  ),
  mutant(
    "loses_bad_lengths",
    "Loses packets whose opaque field says an impossible length",
    "OFL-027",
    losing((packet) => packet[14 + 9] === 254 && (packet[34] < 6 || packet[34] === 255)),
  ),
  mutant(
    "any_length",
    "Believes any length that an opaque field says, and segments from there",
    "OFL-027",
    {
      classifier: {
        opaqueOctets: (format, bytes, start, end) =>
          "at" in format.length && bytes[start] < 6 ? 20 : opaqueLength(format, bytes, start, end),
      },
    },
  ),
  mutant(
    "mends_inner_version",
    "Writes version 4 where there is no inner header",
    "OFL-029",
    {
      wire: {
        egress: (t) => {
          const at = 14 + 20 + 12, { packet } = t;
          if (packet[14 + 9] !== 253 || packet[at] >> 4 !== 7) return [t];
          const mended = packet.slice();
          mended[at] = 0x45;
          return [{ ...t, packet: mended }];
        },
      },
    },
  ),
  mutant(
    "loses_what_has_no_inner_header",
    "Loses packets with another length in their inner header",
    "OFL-029",
    losing((packet) =>
      packet[14 + 9] === 253 && packet.length > 70 &&
      get16(packet, 14 + 20 + 12 + 2) !== packet.length - 46
    ),
  ),
  mutant(
    "eats_twenty_octets",
    "Takes twenty octets off UDP packets to any port",
    "OFL-081",
    {
      wire: {
        egress: (t) => t.packet[14 + 9] === 17 ? [{ ...t, packet: t.packet.slice(0, -20) }] : [t],
      },
    },
  ),
  mutant(
    "loses_esp",
    "Joins two ESP packets to one",
    "RSC-077",
    lastOf((packet) => packet[14 + 9] === 50),
  ),
  mutant(
    "plain_is_lost",
    "Loses what is of no preset once there is one",
    "OFL-018",
    losing((packet) => packet[14 + 9] === 252),
  ),
  mutant(
    "needs_new_code",
    "Knows GRE and UDP, and no protocol that is configured",
    "OFL-084",
    { nic: { active: (formats) => onlyProtocols(formats, [47, 17, 253, 254]) } },
  ),
];

function onlyProtocols(formats: Readonly<Record<string, OpaqueFormat>>, known: readonly number[]) {
  return Object.fromEntries(
    Object.entries(formats).filter(([, { protocol }]) => known.includes(protocol)),
  );
}
