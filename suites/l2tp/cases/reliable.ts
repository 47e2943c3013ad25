/** What judgements of calls have in common for both roles. */
import { get16 } from "../../../captures/wire/octets.ts";
import { valueOf } from "../checks/conversation.ts";
import type { ControlMessage } from "../facts/wire.ts";

/** The Session ID that a message assigns, or -1. */
export function assignedSession(message: ControlMessage): number {
  const value = valueOf(message, 14);
  return value?.length === 2 ? get16(value, 0) : -1;
}
