/** One detail, made by everything that could be chosen; a window over the page that gives way to what is chosen. */

import type { MediaDescription, Rect, Size } from "@tatami/core";
import { element } from "@tatami/example-parts/element";
import type { JobOutcome } from "@tatami/example-parts/job";
import { createNewest } from "../ready/preview-session.ts";
import type { Point } from "../viewer/zoom.ts";
import type { Detail, DetailedPlace, DetailRequest } from "../work/protocol.ts";
import type { Contender } from "./contenders.ts";
import { listenForMoves } from "./moving.ts";
import { holdIn, isWithin, partAround } from "./place.ts";
import { createTile, sizeOf } from "./tile.ts";
import type { DetailView, Tile } from "./tile.ts";

/** What is looked at, and by whom it is made. */
export interface LookedAt {
  readonly description: MediaDescription;
  /** Seconds. */
  readonly time: number;
  /** How many times wider and higher the picture becomes. */
  readonly scale: number;
  /** In words: "at 0:01.2". */
  readonly moment: string;
  contenders(): Promise<readonly Contender[]>;
  mostDetailed(time: number, side: number): Promise<JobOutcome<DetailedPlace>>;
  detail(request: DetailRequest): Promise<JobOutcome<Detail>>;
  stopDetails(): void;
  /** What the whole would take at so many milliseconds a frame, in words. */
  estimate(frameMs: number): string;
}

export interface SideBySide {
  open(file: LookedAt): void;
  /** Goes back without anything chosen. */
  close(): void;
}

/** Pixels of the larger picture that are made at once, across and down, so that one can move within them. */
const roomSize: Size = { width: 1280, height: 960 };

/** @param onChoose told what was chosen; the window has gone by then */
export const createSideBySide = (onChoose: (contender: Contender) => void): SideBySide => {
  const dialog = element("#side-by-side", HTMLDialogElement);
  const grid = element(".tiles", HTMLElement, dialog);
  let shown: Show | undefined;
  let opener: Element | null = null;
  element("button[data-back]", HTMLButtonElement, dialog).addEventListener("click", () => dialog.close());
  listenForMoves(grid, { moveBy: (right, down) => shown?.moveBy(right, down) });
  new ResizeObserver(() => shown?.moveBy(0, 0)).observe(grid);
  dialog.addEventListener("close", () => {
    shown?.end();
    shown = undefined;
    grid.replaceChildren();
    if (opener instanceof HTMLElement) opener.focus();
  });
  return {
    open: (file) => {
      opener = document.activeElement;
      element(".moment", HTMLElement, dialog).textContent = file.moment;
      dialog.showModal();
      element("h2", HTMLElement, dialog).focus();
      shown = new Show(file, dialog, grid, (contender) => {
        dialog.close();
        onChoose(contender);
      });
    },
    close: () => dialog.close(),
  };
};

/** The tiles of one moment, from when they are asked for until the window is closed. */
class Show {
  readonly #file: LookedAt;
  readonly #grid: HTMLElement;
  readonly #progress: HTMLElement;
  readonly #onChoose: (contender: Contender) => void;
  #tiles: readonly Tile[] = [];
  #view: DetailView | undefined;
  #whole: Size = { width: 1, height: 1 };
  #hasEnded = false;
  /** Milliseconds that a frame takes, by network. */
  readonly #frameMs = new Map<string, number>();

  constructor(
    file: LookedAt,
    dialog: HTMLElement,
    grid: HTMLElement,
    onChoose: (contender: Contender) => void,
  ) {
    this.#file = file;
    this.#grid = grid;
    this.#onChoose = onChoose;
    this.#progress = element(".progress", HTMLElement, dialog);
    void this.#begin();
  }

  moveBy(right: number, down: number): void {
    if (this.#view === undefined) return;
    const { place } = this.#view;
    const scale = this.#scale();
    this.#look({ x: place.x - right / scale.x, y: place.y - down / scale.y });
  }

  end(): void {
    this.#hasEnded = true;
    this.#rounds.end();
    this.#file.stopDetails();
  }

  async #begin(): Promise<void> {
    this.#progress.textContent = "Looking at the file …";
    const contenders = await this.#file.contenders();
    if (this.#hasEnded) return;
    this.#tiles = contenders.map(createTile);
    for (const { root, contender } of this.#tiles)
      root.addEventListener("click", () => this.#onChoose(contender));
    this.#grid.replaceChildren(...this.#tiles.map(({ root }) => root));
    (this.#tiles.find(({ contender }) => contender.isChosen) ?? this.#tiles[0]!).root.focus({
      preventScroll: true,
    });
    const { width, height } = this.#window();
    const side = Math.max(16, Math.round(Math.min(width, height)));
    const found = await this.#file.mostDetailed(this.#file.time, side);
    if (this.#hasEnded || found.kind === "cancelled") return;
    if (found.kind === "failed") return void (this.#progress.textContent = found.error.message);
    const { part, size } = found;
    this.#whole = size;
    this.#look({ x: part.x + part.width / 2, y: part.y + part.height / 2 });
  }

  /** The page's pixels for one of the original's: the larger picture is seen at its own size, its pixels square. */
  #scale(): Point {
    const { pixelAspectRatio, rotation } = this.#file.description.video;
    const own = this.#file.scale / devicePixelRatio;
    const stretch = pixelAspectRatio.numerator / pixelAspectRatio.denominator;
    return rotation % 180 === 0 ? { x: own * stretch, y: own } : { x: own, y: own * stretch };
  }

  /** What a tile has room for, in the original's pixels. */
  #window(): Size {
    const { width, height } = sizeOf(element(".detail", HTMLElement, this.#grid));
    const { x, y } = this.#scale();
    return { width: width / x, height: height / y };
  }

  #look(wanted: Point): void {
    const window = this.#window();
    const place = holdIn(wanted, window, this.#whole);
    const old = this.#view?.part;
    const isHad = old !== undefined && isWithin(place, window, old);
    const room = {
      width: Math.max(roomSize.width / this.#file.scale, window.width),
      height: Math.max(roomSize.height / this.#file.scale, window.height),
    };
    const part = isHad ? old : partAround(place, room, this.#whole);
    const view = { place, part, scale: this.#scale() };
    this.#view = view;
    for (const tile of this.#tiles) tile.place(view);
    if (isHad) return;
    // of what was begun elsewhere nobody sees anything any more
    this.#file.stopDetails();
    this.#rounds.want(part);
  }

  /** The clean network and the one for cameras do the same work, so the lesser of what they took counts for both. */
  #time(made: Tile, frameMs: number | undefined): void {
    const { network } = made.contender;
    if (frameMs === undefined) return made.say("");
    const name = network.kind === "shipped" ? network.name : network.kind;
    const least = Math.min(frameMs, this.#frameMs.get(name) ?? Infinity);
    this.#frameMs.set(name, least);
    for (const tile of this.#tiles) {
      const other = tile.contender.network;
      const isSame = other.kind === "shipped" ? other.name === name : tile === made;
      if (isSame) tile.say(this.#file.estimate(least));
    }
  }

  readonly #rounds = createNewest<Rect>(async (part, newer) => {
    for (const [index, tile] of this.#tiles.entries()) {
      this.#progress.textContent = `${index} of ${this.#tiles.length} made`;
      const { network, strength } = tile.contender;
      const { time } = this.#file;
      const outcome = await this.#file.detail({ time, network, strength, part });
      if (this.#hasEnded && outcome.kind === "done") outcome.picture.close();
      if (this.#hasEnded) return;
      if (outcome.kind === "failed") tile.say("Could not be made");
      if (outcome.kind === "done") {
        tile.show(outcome.picture, part);
        this.#time(tile, outcome.frameMs);
      }
      if (newer() !== undefined) return;
    }
    this.#progress.textContent = "";
  });
}
