import { Scapy, ScapyAbsent } from "../scapy.ts";

/** Whether scapy is here; says so where it is not. @param what What is skipped then. */
export async function hasScapy(what: string): Promise<boolean> {
  try {
    await withScapy(() => Promise.resolve());
    return true;
  } catch (error) {
    if (!(error instanceof ScapyAbsent)) throw error;
    console.warn(`scapy: ${what} is skipped: ${error.message}`);
    return false;
  }
}

/** Acts with a scapy of its own, which is ended afterwards. */
export async function withScapy(act: (scapy: Scapy) => Promise<void>): Promise<void> {
  const scapy = await Scapy.start();
  try {
    await act(scapy);
  } finally {
    await scapy.close();
  }
}
