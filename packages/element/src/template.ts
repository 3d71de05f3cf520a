/** What the element is made of inside. Every part that a page may wish to style has a `part`. */

const icon = (path: string): string =>
  `<svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="2" ` +
  `stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="${path}"/></svg>`;

const style = `
:host { display: block; position: relative; background: #000; color: #f3f4ee; overflow: hidden;
  font: 14px/1.4 system-ui, sans-serif; container-type: inline-size; }
:host([hidden]) { display: none; }
.stage { position: relative; width: 100%; height: 100%; display: grid; }
video { width: 100%; height: 100%; display: block; object-fit: contain; grid-area: 1 / 1; }
canvas { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: contain; pointer-events: none; }
canvas[hidden] { display: none; }
.split { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; appearance: none; background: none;
  cursor: ew-resize; touch-action: pan-y; outline: none; }
.split[hidden], .bar[hidden] { display: none; }
.split::-webkit-slider-thumb { appearance: none; width: 2px; height: 100cqh; background: #e8d9a8;
  box-shadow: 0 0 0 1px rgb(0 0 0 / 35%), 0 0 8px rgb(0 0 0 / 60%); }
.split::-moz-range-thumb { width: 2px; height: 100%; border: 0; border-radius: 0; background: #e8d9a8; }
.split:focus-visible::-webkit-slider-thumb { outline: 3px solid #fff; outline-offset: 1px; }
.split::-webkit-slider-runnable-track { height: 100%; }
.bar { position: absolute; inset: auto 0 0; display: flex; align-items: center; gap: 10px; padding: 22px 12px 8px;
  background: linear-gradient(transparent, rgb(0 0 0 / 78%)); transition: opacity 0.15s; }
@media (hover: hover) {
  :host(:not(:hover, :focus-within)[playing]) :is(.bar, .status) { opacity: 0; }
}
button { all: unset; box-sizing: border-box; width: 36px; height: 36px; display: grid; place-items: center;
  border-radius: 8px; cursor: pointer; flex: none; }
button:hover { background: rgb(255 255 255 / 16%); }
button:focus-visible, :is(.seek, .volume):focus-visible { outline: 2px solid #e8d9a8; outline-offset: 1px; }
button[aria-pressed="true"] { color: #e8d9a8; }
button span { display: grid; }
button .off, :host([playing]) .play .on, .mute[data-silent] .on { display: none; }
:host([playing]) .play .off, .mute[data-silent] .off { display: grid; }
.seek { flex: 1; min-width: 40px; accent-color: #e8d9a8; height: 20px; margin: 0; }
.volume { flex: 0 1 72px; min-width: 40px; accent-color: #e8d9a8; height: 20px; margin: 0; }
:host([live]) .seek { visibility: hidden; }
.time { font-variant-numeric: tabular-nums; white-space: nowrap; }
.status { position: absolute; top: 8px; left: 8px; right: 8px; width: fit-content; max-width: calc(100% - 36px); padding: 2px 10px;
  border-radius: 7px; background: rgb(0 0 0 / 66%); font-size: 12px; font-variant-numeric: tabular-nums;
  pointer-events: none; transition: opacity 0.15s; }
:host(:not([debug])) .status, :is(.status, .message):empty { display: none; }
.message { position: absolute; inset: 0; margin: 0; padding: 12px 12px 52px; display: grid; place-content: center;
  text-align: center; pointer-events: none; }
:host(:not([restorer])) .restore { display: none; }
@container (max-width: 460px) { .volume { display: none; } }
@container (max-width: 340px) { .time { display: none; } }
`;

/** Markup of the shadow tree. */
export const template: string = `<style>${style}</style>
<div class="stage" part="stage">
  <video part="video" playsinline></video>
  <canvas part="picture" hidden></canvas>
  <input class="split" part="split" type="range" min="0" max="100" step="1" value="50" aria-label="Before and after" hidden>
  <div class="bar" part="bar">
    <button class="play" type="button" aria-label="Play">
      <span class="on">${icon("M7 5v14l11-7z")}</span><span class="off">${icon("M8 5v14M16 5v14")}</span>
    </button>
    <input class="seek" type="range" min="0" max="1" step="any" value="0" aria-label="Position">
    <span class="time" part="time">0:00 / 0:00</span>
    <button class="mute" type="button" aria-label="Mute">
      <span class="on">${icon("M4 9v6h4l5 4V5L8 9zM16 9a4 4 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11")}</span><span class="off">${icon("M4 9v6h4l5 4V5L8 9zM17 9l5 6M22 9l-5 6")}</span>
    </button>
    <input class="volume" type="range" min="0" max="1" step="0.05" value="1" aria-label="Volume">
    <button class="compare" type="button" aria-label="Compare before and after" aria-pressed="false">
      ${icon("M12 3v18M4 7h5M4 12h5M4 17h5M15 7h5v10h-5")}
    </button>
    <button class="restore" type="button" aria-label="Restore this still" aria-pressed="false">
      ${icon("M4 20 14 10M17 3v5M14.5 5.5h5M20 12v4M18 14h4")}
    </button>
    <button class="fullscreen" type="button" aria-label="Full screen">${icon("M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5")}</button>
  </div>
  <p class="message" part="message" role="alert"></p>
  <div class="status" part="status"></div>
</div>`;
