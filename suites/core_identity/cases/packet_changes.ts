/** What mutants do to the packets that they send, and to those that reach them. */
import * as control from "../../../captures/wire/core_identity_control.ts";
import * as data from "../../../captures/wire/core_identity.ts";
import type { CoreIdentityOverrides } from "../../../peers/core_identity/overrides.ts";
import type { Transmission } from "../../../peers/machine.ts";

/** Whether a packet carries data. */
export function isData(packet: Transmission["packet"]): boolean {
  return (packet[0] & 15) === data.PacketType.data;
}

/** Changes the data packets that leave; what is encrypted or bound stays as it is. */
export function changing(
  change: (packet: data.DataPacket) => data.DataPacket | readonly data.DataPacket[],
): CoreIdentityOverrides {
  return {
    wire: {
      egress(sent) {
        if (!isData(sent.packet)) return [sent];
        const packet = data.decode(sent.packet).record!;
        if (packet.headerEncrypted || packet.authenticated) return [sent];
        return [change(packet)].flat().map((one) => ({ ...sent, packet: data.encode(one) }));
      },
    },
  };
}

/** Changes the data packets that arrive; what is encrypted or bound stays as it is. */
export function misreading(
  change: (packet: data.DataPacket) => data.DataPacket | undefined,
): CoreIdentityOverrides {
  return {
    wire: {
      ingress(bytes) {
        if (!isData(bytes)) return bytes;
        const { record: packet } = data.decode(bytes);
        if (packet === undefined || packet.headerEncrypted || packet.authenticated) return bytes;
        const changed = change(packet);
        return changed && (changed === packet ? bytes : data.encode(changed));
      },
    },
  };
}

/** Changes the control messages that leave. */
export function saying(
  change: (message: control.ControlMessage) => control.ControlMessage,
): CoreIdentityOverrides {
  return {
    wire: {
      egress(sent) {
        if (isData(sent.packet)) return [sent];
        return [{ ...sent, packet: control.encode(change(control.decode(sent.packet).record!)) }];
      },
    },
  };
}
