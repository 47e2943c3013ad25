import { loadProfile } from "../../commands/devices.ts";
import { available } from "../../worlds/netns/enter.ts";
import { packagesOf } from "../kinds/registry.ts";
import { lackOfPackages } from "./packages_here.ts";

const namespaces = await available();

/** Why a third party's device cannot be played in tests here; undefined where it can. */
export async function lackOfDevice(device: string): Promise<string | undefined> {
  if (!namespaces.ok) return namespaces.reason;
  return await lackOfPackages(device, packagesOf(await loadProfile(device)));
}
