/** Fetches the Debian packages of devices: `deno run -A lab/devices/packages/fetch.ts NAME|FILE…` */
import { loadProfile } from "../../commands/devices.ts";
import { provideDevices } from "./provide.ts";

if (import.meta.main) {
  try {
    const profiles = await Promise.all(Deno.args.map((name) => loadProfile(name)));
    await provideDevices(profiles, console.error);
  } catch (error) {
    console.error((error as Error).message);
    Deno.exit(2);
  }
}
