import type { SteeringTable } from "../../peers/machine.ts";
import { type Instruction, MAXIMUM_INSTRUCTIONS } from "../kernel/steering.ts";

const LOAD_WORD = 0x20;
const LOAD_OCTET = 0x30;
const LOAD_MEMORY = 0x60;
const STORE_MEMORY = 0x02;
const AND = 0x54;
const JUMP = 0x05;
const JUMP_IF_EQUAL = 0x15;
const RETURN = 0x06;

/** Socket of the machine itself, which takes all that no core was named for. */
const MACHINE: Instruction = { code: RETURN, k: 0 };

/**
 * Compiles a steering table to classic BPF. Socket 0 is the machine's, socket `core + 1` a core's.
 *
 * A load beyond the end of the datagram ends the program with 0, so a short datagram goes to the
 * machine. Entries that no longer fit are left to the machine too, which hands them over itself.
 */
export function compileSteering(table: SteeringTable | undefined): Instruction[] {
  if (table === undefined || table.entries.length === 0) return [MACHINE];
  const program = table.match.flatMap(({ offset, mask, value }): Instruction[] => [
    { code: LOAD_OCTET, k: offset },
    { code: AND, k: mask },
    { code: JUMP_IF_EQUAL, jt: 1, jf: 0, k: value },
    MACHINE,
  ]);
  program.push(
    { code: LOAD_WORD, k: table.offset + 4 },
    { code: STORE_MEMORY, k: 0 },
    { code: LOAD_WORD, k: table.offset },
  );
  for (const [high, entries] of byHighWord(table)) {
    const room = Math.floor((MAXIMUM_INSTRUCTIONS - program.length - 5) / 2);
    if (room < 1) break;
    const kept = entries.slice(0, room);
    // The accumulator holds the high word until a group matches; then only that group can.
    program.push({ code: JUMP_IF_EQUAL, jt: 1, jf: 0, k: high });
    program.push({ code: JUMP, k: kept.length * 2 + 2 });
    program.push({ code: LOAD_MEMORY, k: 0 });
    for (const { low, core } of kept) {
      program.push({ code: JUMP_IF_EQUAL, jt: 0, jf: 1, k: low });
      program.push({ code: RETURN, k: core + 1 });
    }
    program.push(MACHINE);
  }
  program.push(MACHINE);
  return program;
}

function byHighWord(table: SteeringTable): Map<number, { low: number; core: number }[]> {
  const groups = new Map<number, { low: number; core: number }[]>();
  for (const { value, core } of table.entries.slice(0, MAXIMUM_INSTRUCTIONS / 2)) {
    const high = Number(value >> 32n & 0xffffffffn);
    const group = groups.get(high) ?? [];
    if (group.length === 0) groups.set(high, group);
    group.push({ low: Number(value & 0xffffffffn), core });
  }
  return groups;
}
