/**
 * Script of the report: it filters, opens what a link leads to, and shows which octets a field covers.
 * It makes no markup from any text, and the report is whole without it.
 */
export const SCRIPT = `
(() => {
  "use strict";
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Filter of the requirements.
  const form = document.querySelector("form.filter");
  const rows = all("tr[data-verdict]");
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const filter = () => {
    const chosen = (name) => all("input[name=" + name + "]:checked", form).map((i) => i.value);
    const words = form.elements.search.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const verdicts = chosen("verdict"), levels = chosen("level");
    let shown = 0;
    rows.forEach((row, i) => {
      const fits = verdicts.includes(row.dataset.verdict) && levels.includes(row.dataset.level) &&
        words.every((word) => texts[i].includes(word));
      row.hidden = !fits;
      if (fits) shown++;
    });
    form.querySelector("output").textContent = shown + " of " + rows.length + " shown";
  };
  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  filter();

  // Octets: each of a dump becomes an element once its packet is looked at.
  const live = (packet) => {
    if (packet.classList.contains("live")) return;
    packet.classList.add("live");
    const pre = packet.querySelector("pre.hex");
    const lines = pre.textContent.split("\\n");
    pre.textContent = "";
    let number = 0;
    for (const line of lines) {
      const octets = line.slice(6, 53).trim().split(" ").filter(Boolean);
      const from = number;
      const add = (text, at) => {
        const span = document.createElement("span");
        span.textContent = text;
        span.dataset.at = at;
        pre.append(span);
      };
      pre.append(line.slice(0, 6));
      octets.forEach((octet, i) => {
        add(octet, number++);
        pre.append(i === 15 ? "" : " ");
      });
      pre.append(" ".repeat(Math.max(0, 3 * (16 - octets.length) - (octets.length < 16 ? 1 : 0)) + 2));
      [...line.slice(55)].forEach((character, i) => add(character, from + i));
      pre.append("\\n");
    }
    for (const line of all("[data-o]", packet)) {
      if (line.tagName === "LI") line.tabIndex = -1;
    }
    const first = packet.querySelector("li[data-o]");
    if (first !== null) first.tabIndex = 0;
  };

  const stretch = (line) => line.dataset.o.split("-").map(Number);
  const mark = (line) => {
    const packet = line.closest(".packet");
    for (const old of all(".on", packet)) old.classList.remove("on");
    line.classList.add("on");
    const [start, end] = stretch(line);
    let first;
    for (const span of all("pre.hex [data-at]", packet)) {
      const within = span.dataset.at >= start && span.dataset.at < end;
      if (within !== (span.tagName === "MARK")) {
        const other = document.createElement(within ? "mark" : "span");
        other.textContent = span.textContent;
        other.dataset.at = span.dataset.at;
        span.replaceWith(other);
        if (within) first ??= other;
      } else if (within) first ??= span;
    }
    const pre = packet.querySelector("pre.hex");
    if (first !== undefined) pre.scrollTop = first.offsetTop - pre.offsetTop - pre.clientHeight / 2;
  };
  const lineOf = (event) => {
    const line = event.target instanceof Element ? event.target.closest(".packet [data-o]") : null;
    if (line !== null) mark(line);
  };
  document.addEventListener("pointerover", lineOf);
  document.addEventListener("focusin", lineOf);
  document.addEventListener("click", (event) => {
    const octet = event.target instanceof Element ? event.target.closest("pre.hex [data-at]") : null;
    if (octet === null) return;
    const packet = octet.closest(".packet"), at = Number(octet.dataset.at);
    // The narrowest field that covers the octet.
    const lines = all("[data-o]", packet).map((line) => [line, ...stretch(line)])
      .filter(([, start, end]) => start <= at && at < end)
      .sort((a, b) => (a[2] - a[1]) - (b[2] - b[1]));
    if (lines.length === 0) return;
    const [line] = lines[0];
    line.closest("details").open = true;
    mark(line);
    line.scrollIntoView({ block: "nearest" });
  });

  // What a link leads to is opened, shown and focused.
  const target = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    return id === "" ? null : document.getElementById(id);
  };
  const arrive = () => {
    const found = target();
    if (found === null) return;
    let moved = false;
    for (let at = found; at !== null; at = at.parentElement) {
      if (at.tagName === "DETAILS" && !at.open) moved = at.open = true;
      if (at.tagName === "TR" && at.hidden) {
        at.hidden = false;
        moved = true;
      }
    }
    if (found.classList.contains("packet")) {
      live(found);
      found.focus({ preventScroll: true });
    } else if (moved) found.scrollIntoView({ block: "center" });
  };
  addEventListener("hashchange", arrive);
  arrive();

  // A packet is one step in the history, however many neighbours are looked at: closing it leads back
  // to where it was opened.
  let opened = false;
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href^='#']") : null;
    if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.matches("a[rel=prev], a[rel=next]")) {
      event.preventDefault();
      location.replace(link.href);
    } else if (link.matches("a.close") && opened) {
      event.preventDefault();
      opened = false;
      history.back();
    } else if (link.hash.startsWith("#packet-")) opened = true;
    else opened = false;
  });

  // Keys.
  const move = (line, step) => {
    const lines = all("summary[data-o], details[open] > ul > li[data-o]", line.closest(".packet"));
    const next = lines[lines.indexOf(line) + step];
    if (next === undefined) return false;
    if (line.tagName === "LI") line.tabIndex = -1;
    if (next.tagName === "LI") next.tabIndex = 0;
    next.focus();
    return true;
  };
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const typing = event.target instanceof Element && event.target.matches("input, textarea");
    const packet = target()?.closest(".packet") ?? null;
    const follow = (selector) => packet?.querySelector(selector)?.click();
    if (event.key === "Escape") follow("a.close");
    else if (typing) return;
    else if (event.key === "/") {
      event.preventDefault();
      form.elements.search.focus();
      form.scrollIntoView({ block: "start" });
    } else if (packet === null) return;
    else if (event.key === "ArrowLeft") follow("a[rel=prev]");
    else if (event.key === "ArrowRight") follow("a[rel=next]");
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const line = document.activeElement?.closest("[data-o]") ?? null;
      if (line === null) packet.querySelector("summary[data-o]")?.focus();
      else if (!move(line, event.key === "ArrowDown" ? 1 : -1)) return;
      event.preventDefault();
    }
  });
  document.querySelector(".keys").hidden = false;

  // Copying.
  for (const block of all(".command")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      const code = block.querySelector("code");
      try {
        await navigator.clipboard.writeText(code.textContent);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(code);
        button.textContent = "Selected";
      }
      setTimeout(() => button.textContent = "Copy", 2000);
    });
    block.append(button);
  }
})();
`;
