/**
 * Script of the report: it hides rows that the filter does not want, and nothing else. It reads no
 * text as markup and the report is whole without it.
 */
export const SCRIPT = `
(() => {
  const form = document.querySelector("form.filter");
  if (form === null) return;
  form.hidden = false;
  const rows = [...document.querySelectorAll("tbody tr[data-verdict]")];
  const count = form.querySelector("output");
  const apply = () => {
    const words = form.elements.search.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const verdicts = [...form.querySelectorAll("input[name=verdict]:checked")].map((i) => i.value);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      const fits = verdicts.includes(row.dataset.verdict) && words.every((w) => text.includes(w));
      row.hidden = !fits;
      if (fits) shown++;
    }
    count.textContent = shown + " of " + rows.length + " shown";
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
})();
`;
