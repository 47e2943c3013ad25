import { escapeControls } from "../../captures/escape.ts";

/** By name: the sign of a numbered one would be escaped in its turn. */
const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** Text that Markdown, and the HTML that it lets through, take for nothing but text, on one line. */
export function escapeMarkdown(text: string): string {
  return escapeControls(text, true).replace(/\s+/g, " ").slice(0, 500).toWellFormed()
    .replace(/[&<>]/g, (c) => ENTITIES[c])
    .replace(/[\\`*_{}[\]()#+!|~@]/g, "\\$&");
}
