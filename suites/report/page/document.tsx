/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { createHash } from "node:crypto";
import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import { escapeControls } from "../../../captures/escape.ts";

/** What stands at the head of a page: one file that needs nothing else. */
export interface HeadProperties {
  title: string;
  style: string;
  /** Undefined where nothing may run at all. */
  script?: string;
}

/**
 * The head of a page, whose policy lets its own style and script apply and nothing else: if text of a
 * device became markup in spite of the renderer, it is dead.
 */
export function Head({ title, style, script }: HeadProperties) {
  const policy = [
    "default-src 'none'",
    ...(script === undefined ? [] : [`script-src '${hashOf(script)}'`]),
    `style-src '${hashOf(style)}'`,
    ...["base-uri 'none'", "form-action 'none'"],
  ];
  return (
    <head>
      <meta charSet="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta http-equiv="Content-Security-Policy" content={policy.join("; ")} />
      <title>{title}</title>
      <style dangerouslySetInnerHTML={{ __html: style }} />
    </head>
  );
}

/**
 * The text of a page. All text passes the renderer, and what would steer the display, wherever it comes
 * from, is replaced at the very end.
 */
export function documentOf(page: VNode): string {
  return `<!doctype html>\n${escapeControls(renderToString(page), true)}\n`;
}

/** A content as a policy names it. */
function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
