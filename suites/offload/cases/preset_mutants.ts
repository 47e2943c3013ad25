/** Cards that know the presets of the source wrongly: OFL-068 to OFL-077. */
import { get16 } from "../../../captures/wire/octets.ts";
import { isOpaqueFormat, opaqueLength } from "../../../captures/wire/opaque.ts";
import type { OffloadOverrides } from "../../../peers/offload/overrides.ts";
import { cardMutant, type MutantRow } from "./mutations.ts";

const mutant = (...row: MutantRow) => cardMutant(row);
const classifies = (isFormat: typeof isOpaqueFormat): OffloadOverrides => ({
  classifier: { isFormat },
});

/** In the order of their rows. */
export const PRESET_MUTANTS = [
  mutant(
    "gre_of_8_octets",
    "Takes the opaque field of GRE for one of 8 octets",
    "OFL-068",
    {
      classifier: {
        opaqueOctets: (format, ...of) => format.protocol === 47 ? 8 : opaqueLength(format, ...of),
      },
    },
  ),
  mutant(
    "gre_as_ip_in_ip",
    "Looks for GRE behind protocol 4",
    "OFL-069",
    classifies((format, protocol, ...of) =>
      isOpaqueFormat(format, format.protocol === 47 && protocol === 47 ? 4 : protocol, ...of)
    ),
  ),
  mutant(
    "udp_of_12_octets",
    "Takes the opaque field of the UDP preset for one of 12 octets",
    "OFL-075",
    {
      classifier: {
        opaqueOctets: (format, ...of) => format.protocol === 17 ? 12 : opaqueLength(format, ...of),
      },
    },
  ),
  mutant(
    "udp_behind_47",
    "Looks for the UDP preset behind protocol 47",
    "OFL-076",
    classifies((format, protocol, ...of) =>
      isOpaqueFormat(format, format.protocol === 17 ? protocol === 47 ? 17 : 0 : protocol, ...of)
    ),
  ),
  mutant(
    "any_gre",
    "Takes every packet with GRE for one of the preset",
    "OFL-073",
    classifies((format, protocol, ...of) =>
      format.protocol === 47 ? protocol === 47 : isOpaqueFormat(format, protocol, ...of)
    ),
  ),
  mutant(
    "any_udp",
    "Takes UDP to every port for the preset",
    "OFL-077",
    classifies((format, protocol, ...of) =>
      format.protocol === 17 ? protocol === 17 : isOpaqueFormat(format, protocol, ...of)
    ),
  ),
  mutant(
    "source_port",
    "Looks at the source port as well",
    "OFL-077",
    classifies((format, protocol, bytes, start, end) =>
      isOpaqueFormat(format, protocol, bytes, start, end) ||
      format.protocol === 17 && protocol === 17 &&
        (format.formatId?.values.includes(get16(bytes, start)) ?? false)
    ),
  ),
];
