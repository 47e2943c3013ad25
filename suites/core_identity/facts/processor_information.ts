/** Processor information as its octets say, apart from how peers read it (catalogue D0-08). */
import type { AttributeView } from "../../../captures/view/attributes.ts";
import type { CoreIdentityControlView } from "../../../captures/view/core_identity_control.ts";
import { AttributeType } from "../../../captures/wire/core_identity_control.ts";
import { identityText } from "./identity_text.ts";
import type { Announcement } from "./wan_types.ts";

/** What a message tells of cores. */
type Information = Pick<
  Announcement,
  | "cores"
  | "identities"
  | "aggregateIdentity"
  | "excluded"
  | "preferred"
  | "reserved"
  | "tellsLoads"
>;

/** Octets of an identity in the list, and of a position. */
const IDENTITY = 8, POSITION = 2;
const FIELDS: Readonly<Record<number, string>> = { 1: "dscp", 2: "protocol" };

/** The processor information of the message that a view stands on; no core where it carries none. */
export function informationIn(view: CoreIdentityControlView): Information {
  const cores = view.coreCount;
  const identities = identitiesIn(view, cores);
  const information: Information = {
    ...{ cores, identities, excluded: [], preferred: [], reserved: [], tellsLoads: false },
  };
  const { attribute } = view;
  const gives = view.findAttribute(AttributeType.aggregateIdentity);
  if (gives && attribute.valueLength === IDENTITY) {
    information.aggregateIdentity = identityText(attribute.get32At(0), attribute.get32At(4));
  }
  if (cores === 0) return information;
  const named = (from: number) => namesIn(view.attribute, from, identities);
  for (let more = view.firstAttribute(); more; more = view.nextAttribute()) {
    switch (view.attribute.type) {
      case AttributeType.excluded:
        information.excluded.push(...named(0));
        break;
      case AttributeType.preferred:
        information.preferred.push(...named(0));
        break;
      case AttributeType.reserved: {
        const field = FIELDS[view.attribute.octetAt(0)], value = view.attribute.octetAt(1);
        const kept = named(POSITION);
        if (field !== undefined && kept.length > 0) {
          information.reserved.push({ field, value, identities: kept });
        }
        break;
      }
      case AttributeType.loads:
        information.tellsLoads = true;
    }
  }
  return information;
}

/** The identity of each core: that of the list, or where the list does not reach, its position. */
function identitiesIn(view: CoreIdentityControlView, cores: number): string[] {
  const listed = view.findAttribute(AttributeType.identities);
  return Array.from({ length: cores }, (_, core) => {
    const at = core * IDENTITY, { attribute } = view;
    const reaches = listed && attribute.valueLength >= at + IDENTITY;
    return reaches
      ? identityText(attribute.get32At(at), attribute.get32At(at + 4))
      : identityText(0, core);
  });
}

/** The identities of the cores whose positions stand in an attribute's value. */
function namesIn(attribute: AttributeView, from: number, identities: readonly string[]): string[] {
  const named: string[] = [];
  for (let at = from; at + POSITION <= attribute.valueLength; at += POSITION) {
    const identity = identities[attribute.get16At(at)];
    if (identity !== undefined) named.push(identity);
  }
  return named;
}
