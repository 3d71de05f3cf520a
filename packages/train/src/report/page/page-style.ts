/** How the report looks. */

/** The style sheet; charts take `--model`, `--bicubic` and `--warning` from it. */
export const pageStyle: string = `
:root {
  color-scheme: light dark;
  --ground: #f7f7f5; --card: #ffffff; --line: #e3e2dd; --text: #1d1c1a; --quiet: #68665f;
  --model: #1f63d0; --second: #a8457f; --third: #0b7a63; --fourth: #7a5cc4; --bicubic: #a35a00; --warning: #c2321f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #151514; --card: #1f1e1d; --line: #363431; --text: #edebe6; --quiet: #a19e96;
    --model: #7fb0ff; --second: #f08cc0; --third: #52c9ab; --fourth: #b9a2f5; --bicubic: #f0a94e; --warning: #ff8a75;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 76rem;
  background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif;
}
h1 { margin: 0; font-size: 1.9rem; letter-spacing: -0.01em; }
h2 { margin: 2.5rem 0 0.75rem; font-size: 1.15rem; }
h3 { margin: 1.25rem 0 0.4rem; font-size: 0.9rem; font-weight: 500; color: var(--quiet); }
p { margin: 0.25rem 0 0; color: var(--quiet); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: 0.75rem; margin-top: 1.5rem; }
.tiles div, .charts figure, table { background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.tiles div { padding: 0.8rem 1rem; display: grid; }
.tiles span { font-size: 0.8rem; color: var(--quiet); }
.tiles b { font-size: 1.45rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 0.75rem; }
figure { margin: 0; }
.charts figure { padding: 0.9rem 1rem 0.4rem; }
.charts figcaption { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; font-size: 0.85rem; color: var(--quiet); }
.charts figcaption b { color: var(--model); font-variant-numeric: tabular-nums; }
.charts figure > svg { width: 100%; height: auto; color: var(--quiet); }
.legend { flex-basis: 100%; display: flex; flex-wrap: wrap; gap: 0 1.2rem; margin: 0; padding: 0; list-style: none; }
.legend svg { margin-right: 0.35rem; vertical-align: middle; }
table { border-collapse: separate; border-spacing: 0; margin: 0 0.75rem 0.75rem 0; font-variant-numeric: tabular-nums; display: inline-table; vertical-align: top; }
caption { text-align: left; font-weight: 600; padding: 0.35rem 0; }
th, td { padding: 0.28rem 0.8rem; text-align: right; }
tbody th, tbody td { border-top: 1px solid var(--line); }
th { font-weight: 400; }
th:first-child { text-align: left; }
thead th { color: var(--quiet); font-size: 0.8rem; }
thead th[colspan] { text-align: center; }
.mean th, .mean td { font-weight: 600; }
.facts tr:first-child > * { border-top: 0; }
.facts th { color: var(--quiet); }
.facts td { text-align: left; }
.crops { display: grid; gap: 0.75rem; }
.crops img { display: block; width: 100%; aspect-ratio: 1; image-rendering: pixelated; border-radius: 6px; border: 1px solid var(--line); }
.crops figcaption { font-size: 0.8rem; color: var(--quiet); padding-top: 0.2rem; }
section { overflow-x: auto; }
@media (max-width: 40rem) {
  th, td { padding: 0.28rem 0.4rem; font-size: 0.85rem; }
}
`;
