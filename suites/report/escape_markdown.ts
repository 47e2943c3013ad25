import { escapeControls } from "../../captures/escape.ts";

/** Text that Markdown, and the HTML that it lets through, take for nothing but text, on one line. */
export function escapeMarkdown(text: string): string {
  return escapeControls(text, true).replace(/\s+/g, " ").slice(0, 500).toWellFormed()
    .replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`)
    .replace(/[\\`*_{}[\]()#+!|~@]/g, "\\$&");
}
