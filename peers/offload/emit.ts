/** Takes a frame, `bytes[start..end)`; the octets are the engine's again on return. */
export type Emit = (bytes: Uint8Array, start: number, end: number) => void;
