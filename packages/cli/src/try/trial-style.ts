/** What a trial's page adds to how all reports look. */

/** The style sheet. */
export const trialStyle: string = `
.choice { margin-top: 1.25rem; padding: 0.8rem 1rem; color: var(--text); border-left: 3px solid var(--first); }
button, select {
  font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 8px;
  padding: 0.3rem 0.75rem; min-height: 2.5rem; cursor: pointer;
}
button:hover, select:hover { border-color: var(--first); }
button[aria-pressed="true"] { background: var(--soft); border-color: var(--first); color: var(--first); font-weight: 600; }
.bar { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0.6rem; margin-bottom: 0.6rem; }
.group { display: flex; flex-wrap: wrap; gap: 0.35rem; }
.stage { position: relative; overflow: hidden; touch-action: pan-y; cursor: ew-resize; user-select: none; }
.fitting { margin: 0 auto; }
.view { overflow: auto; max-height: min(80vh, 60rem); scrollbar-width: thin; }
.sheet { position: relative; margin: 0 auto; overflow: hidden; }
.layer { position: absolute; inset: 0; }
.layer img { position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none; }
.magnified .layer img { image-rendering: pixelated; }
.divider { position: absolute; top: 0; bottom: 0; width: 2px; margin-left: -1px; background: #fff; box-shadow: 0 0 0 1px rgb(0 0 0 / 45%); pointer-events: none; }
.divider::after {
  content: "‹ ›"; position: absolute; top: 50%; left: 50%; translate: -50% -50%; width: 2.4rem; height: 2.4rem; border-radius: 50%;
  background: #fff; color: #1d1c1a; display: grid; place-items: center; font: 600 1rem/1 system-ui, sans-serif; box-shadow: 0 1px 5px rgb(0 0 0 / 45%);
}
.slide { width: 100%; margin: 0.6rem 0 0; accent-color: var(--first); }
.sides { display: flex; justify-content: space-between; flex-wrap: wrap; gap: 0.6rem 1.5rem; margin-top: 0.4rem; }
.sides label { color: var(--quiet); display: flex; align-items: center; gap: 0.5rem; }
.sides select { color: var(--text); max-width: 100%; }
.details { display: flex; flex-wrap: wrap; align-items: start; gap: 0.6rem; }
.detail { padding: 0; border: 0; background: none; min-height: 0; text-align: left; display: block; border-radius: 6px; }
.detail img { display: block; border-radius: 6px; outline: 1px solid var(--line); outline-offset: -1px; max-width: none; }
.detail span { display: block; font-size: 0.78rem; line-height: 1.35; color: var(--quiet); padding: 0.2rem 0.1rem 0; }
.detail b { display: block; font-weight: 500; color: var(--text); }
.detail:hover b, .detail.shown b { color: var(--first); }
.detail.shown img { outline: 2px solid var(--first); }
.ways td, .ways th { vertical-align: top; }
.ways th, .ways td:nth-child(2) { white-space: nowrap; }
.command { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr) auto; align-items: center; gap: 0.6rem; }
.command + .command { margin-top: 0.35rem; }
.command code span { display: inline-block; max-width: 100%; overflow-wrap: anywhere; }
.command button { padding: 0.1rem 0.7rem; font-size: 0.85rem; }
.command .quiet { font-size: 0.85rem; }
@media (max-width: 40rem) {
  .view { max-height: 60vh; }
  .details { flex-wrap: nowrap; overflow-x: auto; margin: 0 -0.9rem; padding: 2px 0.9rem 0.6rem; }
  .ways thead { display: none; }
  .ways tr { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); padding: 0.5rem 0.4rem; border-top: 1px solid var(--line); }
  .ways tr:first-child { border-top: 0; }
  .ways th, .ways td { border: 0; text-align: left; padding: 0.15rem 0.4rem; }
  .ways th { font-weight: 600; }
  .ways td[data-is]::before { content: attr(data-is) " "; color: var(--quiet); }
  .ways td:last-child { grid-column: 1 / -1; }
  .command { grid-template-columns: minmax(0, 1fr) auto; gap: 0.1rem 0.6rem; }
  .command .quiet { grid-column: 1 / -1; }
  .sides label { width: 100%; }
  .sides select { flex: 1; min-width: 0; }
}
`;
