/** Dissects the header of IKE messages. */
import * as ike from "../wire/ike.ts";
import { broken, type Dissector, LayerBuilder } from "./layer.ts";
import { decimalName, type Names } from "./names.ts";

/** Exchange types (IANA); below 34 those of version 1. */
const EXCHANGES: Names = {
  2: "identity protection",
  4: "aggressive",
  5: "informational",
  32: "quick mode",
  34: "IKE_SA_INIT",
  35: "IKE_AUTH",
  36: "CREATE_CHILD_SA",
  37: "INFORMATIONAL",
  43: "IKE_INTERMEDIATE",
};

/** An IKE header; octets of another major version than 1 or 2 are none. */
export const dissectIke: Dissector = (bytes, _view, start, end) => {
  const { record, end: at, problem } = ike.decode(bytes, start, end);
  if (record === undefined) return broken("ike", start, end, problem);
  const { majorVersion, exchangeType, flags, messageId, length } = record;
  if (majorVersion !== 1 && majorVersion !== 2) return undefined;
  const response = majorVersion === 2 && (flags & ike.IkeFlag.response) !== 0;
  const layer = new LayerBuilder("ike", start, at)
    .field("initiator_spi", spiText(record.initiatorSpi), start, start + 8)
    .field("responder_spi", spiText(record.responderSpi), start + 8, start + 16)
    .field("next_payload", record.nextPayload, start + 16, start + 17)
    .field("version", majorVersion, start + 17, start + 18)
    .field("exchange_type", exchangeType, start + 18, start + 19, EXCHANGES[exchangeType])
    .field("flags", flags, start + 19, start + 20)
    .field("message_id", messageId, start + 20, start + 24)
    .field("length", length, start + 24, at)
    .summary(
      `IKEv${majorVersion} ${EXCHANGES[exchangeType] ?? decimalName({}, exchangeType)}` +
        (majorVersion === 1 ? "" : response ? " response" : " request") + `, id ${messageId}`,
    );
  return layer.step();
};

function spiText(spi: bigint): string {
  return spi.toString(16).padStart(16, "0");
}
