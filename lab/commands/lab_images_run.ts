/** What `lab images` does. */
import { dockerCan } from "../engine/docker.ts";
import { buildImages, DEVICE_IMAGES, LAB_IMAGES } from "../engine/images.ts";
import { UsageError } from "./usage.ts";

/** Builds the images of the compose lab, and those of third parties' devices if they are wanted. */
export async function images(thirdParties: boolean): Promise<void> {
  if (!await dockerCan(["version"])) {
    throw new UsageError("Cannot build images as no container engine answers: docker version");
  }
  const wanted = [...LAB_IMAGES, ...(thirdParties ? DEVICE_IMAGES : [])];
  try {
    await buildImages(wanted, {}, console.error);
  } catch (error) {
    // Nothing of ours is broken: something has to be installed, or reached.
    throw new UsageError((error as Error).message);
  }
}
