/**
 * Questions that the browser tests put to a page, as script for the page: what is in it is none of
 * this program's types.
 */

/** Links that lead to no anchor, anchors that exist twice, and how many anchors there are. */
export const ANCHORS = `(() => {
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  const dead = [...document.querySelectorAll("a[href^='#'], use")]
    .map((a) => decodeURIComponent(a.getAttribute("href").slice(1)))
    .filter((id) => document.getElementById(id) === null);
  return { dead, ids: ids.length, double: ids.filter((id, i) => ids.indexOf(id) !== i) };
})()`;

/** Controls and pictures without a name. */
export const UNNAMED = `[...document.querySelectorAll(
  "input, button, a, svg[role=img], [tabindex='0']"
)].filter((element) =>
  !element.textContent.trim() && !element.getAttribute("aria-label") && !element.closest("label")
).map((element) => element.outerHTML.slice(0, 80))`;

/** Whether the page is no wider than its window. */
export const FITS = "document.scrollingElement.scrollWidth <= innerWidth";

/** Whether the element with this id can be seen without scrolling. */
export function inView(id: string): string {
  return `(() => {
    const { top, height } = document.getElementById(${JSON.stringify(id)}).getBoundingClientRect();
    return height > 0 && top >= 0 && top < innerHeight;
  })()`;
}

/** Follows a link to an anchor. */
export function follow(id: string): string {
  return `location.hash = ${JSON.stringify(id)}`;
}

/** Contrast of an element's text against what is behind it, as WCAG 2 counts it: 1 to 21. */
export function contrastOf(selector: string): string {
  return `(() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgb = (colour) => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = ([r, g, b]) => {
      const [x, y, z] = [r, g, b].map((c) => c / 255)
        .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
      return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const element = document.querySelector(${JSON.stringify(selector)});
    let behind = element;
    while (behind.parentElement && rgb(getComputedStyle(behind).backgroundColor)[3] < 255) {
      behind = behind.parentElement;
    }
    const a = light(rgb(getComputedStyle(element).color));
    const b = light(rgb(getComputedStyle(behind).backgroundColor));
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  })()`;
}
