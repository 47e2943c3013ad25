/** How a packet looks: a panel at the side, or the whole of a phone; on paper a part of the text. */
export const PACKET_STYLE = `
.packet { background: var(--raised); }
.packet h3 { font-size: 1.1rem; }
.packet header p { margin: .1rem 0; }
.packet .line { overflow-wrap: anywhere; }
.packet nav { float: right; display: flex; gap: .25rem; }
.packet nav a { display: grid; place-items: center; width: 2.4rem; height: 2.4rem;
  border: 1px solid var(--line); border-radius: 4px; text-decoration: none; color: var(--ink); }
.packet ul { list-style: none; margin: 0 0 .25rem; padding-left: 1.4rem; font-size: .9rem; }
.packet header ul { padding: 0; }
.packet li[data-o], .packet summary { padding: 0 .35rem; border-radius: 3px;
  overflow-wrap: anywhere; }
.packet li i { font-style: normal; color: var(--quiet); }
.packet .on { background: var(--mark); color: light-dark(#000, #fff); }
.packet .on i { color: inherit; }
.packet .on::before { content: "▸"; margin-left: -.9em; display: inline-block; width: .9em; }
.packet .problem { margin-left: .5rem; }
pre.hex { font-size: .8rem; line-height: 1.4; margin: 0; }
pre.hex mark { background: var(--mark); color: light-dark(#000, #fff);
  outline: 1px solid light-dark(#8a6d00, #e3c14b); }
.live pre.hex { cursor: crosshair; }
@media screen {
  .packets > h2, .packet { display: none; }
  .packet:target { display: flex; flex-direction: column; gap: .5rem; position: fixed; z-index: 10;
    inset: 0 0 0 auto; width: min(47rem, 100vw); padding: .75rem 1rem; overflow: hidden auto;
    border-left: 1px solid var(--line); box-shadow: 0 0 2rem rgb(0 0 0 / .35); outline: none; }
  .packet .dissection { flex: 1 1 20rem; min-height: 16rem; display: flex; flex-direction: column;
    gap: .5rem; }
  .packet .tree { flex: 1 1 0; min-height: 8rem; overflow: auto; border: 1px solid var(--line);
    border-radius: 4px; padding: .35rem .6rem; }
  .packet .octets { flex: none; }
  .packet pre.hex { max-height: 32vh; overflow: auto; }
}
@media (max-width: 42rem) {
  .packet:target { padding: .5rem .6rem; }
  .packet pre.hex { font-size: min(.8rem, 2.12vw); padding: .35rem; }
}
@media print {
  .packet { position: static; break-inside: avoid-page; margin: 1rem 0; }
  .packet:not(.cited), .packet nav { display: none; }
  .packet .tree ul { columns: 2; }
  .packet .diagramlink { display: none; }
}
`;
