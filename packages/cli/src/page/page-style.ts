/** How all reports look. */

/** The style sheet; charts take their colours from it. */
export const pageStyle: string = `
:root {
  color-scheme: light dark;
  --ground: #f7f7f5; --card: #ffffff; --line: #e3e2dd; --text: #1d1c1a; --quiet: #68665f;
  --first: #1f63d0; --second: #a8457f; --third: #0b7a63; --warning: #c2321f; --soft: #eef3fc;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #151514; --card: #1f1e1d; --line: #363431; --text: #edebe6; --quiet: #a19e96;
    --first: #7fb0ff; --second: #f08cc0; --third: #52c9ab; --warning: #ff8a75; --soft: #212a3a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 80rem;
  background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif;
}
h1 { margin: 0; font-size: 1.9rem; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { margin: 2.5rem 0 0.75rem; font-size: 1.15rem; }
h3 { margin: 1.25rem 0 0.4rem; font-size: 0.9rem; font-weight: 500; color: var(--quiet); }
p { margin: 0.25rem 0 0; color: var(--quiet); }
a { color: var(--first); }
code { font: 0.92em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
:focus-visible { outline: 2px solid var(--first); outline-offset: 2px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: 0.75rem; margin-top: 1.5rem; }
.tiles div, .charts figure, .card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.tiles div { padding: 0.8rem 1rem; display: grid; align-content: start; }
.tiles span { font-size: 0.8rem; color: var(--quiet); }
.tiles b { font-size: 1.45rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(28rem, 100%), 1fr)); gap: 0.75rem; }
figure { margin: 0; }
.charts figure { padding: 0.9rem 1rem 0.4rem; min-width: 0; }
.charts figcaption { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; font-size: 0.85rem; color: var(--quiet); }
.charts figure > svg { width: 100%; height: auto; color: var(--quiet); }
.legend { display: flex; flex-wrap: wrap; gap: 0 1.2rem; margin: 0; padding: 0; list-style: none; }
.legend svg { margin-right: 0.35rem; vertical-align: middle; }
.legend b { font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; }
table { border-collapse: separate; border-spacing: 0; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 0.4rem 0.9rem; text-align: right; }
tbody th, tbody td { border-top: 1px solid var(--line); }
th { font-weight: 400; }
th:first-child, .left { text-align: left; }
thead th { color: var(--quiet); font-size: 0.8rem; white-space: nowrap; }
td.best { font-weight: 600; }
.notes { margin: 0.75rem 0 0; padding: 0; list-style: none; }
.notes li { border-left: 3px solid var(--warning); padding: 0.1rem 0.75rem; margin-top: 0.4rem; }
.quiet { color: var(--quiet); }
@media (max-width: 40rem) {
  body { padding: 1.25rem 0.9rem 3rem; }
  h1 { font-size: 1.45rem; }
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .tiles div { padding: 0.7rem 0.75rem; }
  .tiles b { font-size: 1.02rem; white-space: nowrap; }
  .charts figure > svg { font-size: 17px !important; }
  th, td { padding: 0.35rem 0.5rem; font-size: 0.85rem; }
}
`;
