import { strictEqual } from "node:assert";
import { shellSettings } from "./settings.ts";

Deno.test("a shell reads back every value of a configuration, whatever letters it has", async () => {
  const hostile = `it's "$(exit 7)" \\ \n end`;
  const settings = shellSettings({
    role: "lns",
    config: { wan: [{ address: "10.0.0.1" }], secret: hostile, "odd-key": true, gone: undefined },
  });
  const script = `${settings}\nprintf '%s|' "$role" "$config_wan_length" "$config_wan_0_address" ` +
    `"$config_odd_key" "\${config_gone-unset}" "$config_secret"`;
  const { stdout } = await new Deno.Command("sh", { args: ["-c", script] }).output();
  strictEqual(new TextDecoder().decode(stdout), `lns|1|10.0.0.1|true|unset|${hostile}|`);
});
