import assert from "node:assert/strict";
import { PcapWriter } from "../../captures/file/pcap_writer.ts";
import { droppedBy, readCaptureFile } from "./read_capture_file.ts";

const LINK = { name: "", linkType: 1, snapLength: 0, resolution: 1e9 };

Deno.test("a capture that does not count its losses is not said to have lost nothing", async () => {
  const path = await Deno.makeTempFile({ suffix: ".pcap" });
  try {
    const writer = PcapWriter.create(path);
    writer.write(1, 0, new Uint8Array(60));
    writer.close();
    assert.deepEqual(await readCaptureFile(path, () => {}), { frames: 1 });
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("losses are known when every interface tells, or when one tells of some", () => {
  assert.equal(droppedBy([]), undefined);
  assert.equal(droppedBy([LINK]), undefined);
  assert.equal(droppedBy([{ ...LINK, dropped: 0 }]), 0);
  assert.equal(droppedBy([{ ...LINK, dropped: 0 }, LINK]), undefined);
  assert.equal(droppedBy([{ ...LINK, dropped: 3 }, LINK]), 3);
});
