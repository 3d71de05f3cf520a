/** The list of files: each with its state, and what can be done with it. */

import { element } from "@tatami/example-parts/element";
import type { QueuedFile } from "./queue.ts";

/** What a row tells of a file. */
export interface RowOf {
  /** The result's name where there is one, else the file's. */
  readonly name: string;
  /** In a few words; a failure's reason. */
  readonly state: string;
  /** What saving it would give. */
  readonly saving?: { readonly url: string; readonly name: string };
}

export interface QueueActions {
  /** Shows a file. */
  open(id: number): void;
  remove(id: number): void;
  saved(id: number): void;
}

export interface QueueView {
  /** @param shown the file that the page shows @param isBusy whether one is worked on */
  show(files: readonly QueuedFile[], shown: number | undefined, isBusy: boolean): void;
}

/** @param describe what the row of a file tells */
export const createQueueView = (describe: (file: QueuedFile) => RowOf, actions: QueueActions): QueueView => {
  const root = element("#queue", HTMLElement);
  const list = element("ol", HTMLElement, root);
  const rows = new Map<number, Row>();
  return {
    show: (files, shown, isBusy) => {
      for (const [id, { item }] of rows)
        if (!files.some((file) => file.id === id)) {
          const hadFocus = item.contains(document.activeElement);
          item.remove();
          rows.delete(id);
          if (hadFocus) element("h2", HTMLElement, root).focus();
        }
      files.forEach((file, index) => {
        const row = rows.get(file.id) ?? createRow(file.id, actions);
        rows.set(file.id, row);
        // moved only where it is elsewhere: a row that is moved loses the focus in it
        if (list.children[index] !== row.item) list.insertBefore(row.item, list.children[index] ?? null);
        row.show(file, describe(file), file.id === shown, isBusy);
      });
      root.hidden = files.length === 0 || (files.length === 1 && files[0]!.id === shown);
    },
  };
};

interface Row {
  readonly item: HTMLElement;
  show(file: QueuedFile, told: RowOf, isShown: boolean, isBusy: boolean): void;
}

const createRow = (id: number, { open, remove, saved }: QueueActions): Row => {
  const item = document.createElement("li");
  const make = <K extends keyof HTMLElementTagNameMap>(
    tag: K,
    more: Partial<HTMLElementTagNameMap[K]>,
  ): HTMLElementTagNameMap[K] => Object.assign(document.createElement(tag), more);
  const name = make("span", { className: "name" });
  const state = make("span", { className: "state" });
  const bar = make("progress", { className: "small" });
  const words = make("div", {});
  words.append(name, state);
  const openButton = make("button", { type: "button", textContent: "Open", onclick: () => open(id) });
  const save = make("a", { className: "button", textContent: "Save", onclick: () => saved(id) });
  const removeButton = make("button", { type: "button", onclick: () => remove(id) });
  const buttons = make("div", { className: "actions" });
  buttons.append(openButton, save, removeButton);
  item.append(words, bar, buttons);

  return {
    item,
    show: ({ state: { kind, ...more } }, told, isShown, isBusy) => {
      const isDone = kind === "done";
      item.dataset["state"] = kind;
      if (isShown) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
      name.textContent = told.name;
      state.textContent = told.state;
      bar.hidden = kind !== "working";
      bar.setAttribute("aria-label", `Progress of ${told.name}`);
      const share = "share" in more ? more.share : undefined;
      if (share === undefined) bar.removeAttribute("value");
      else bar.value = share;
      openButton.hidden = isShown || (kind === "waiting" && isBusy);
      openButton.setAttribute("aria-label", `Open ${told.name}`);
      save.hidden = told.saving === undefined;
      save.href = told.saving?.url ?? "";
      save.download = told.saving?.name ?? "";
      save.setAttribute("aria-label", `Save ${told.name}`);
      removeButton.hidden = kind === "working";
      removeButton.textContent = isDone ? "Discard" : "Remove";
      removeButton.setAttribute("aria-label", `${isDone ? "Discard" : "Remove"} ${told.name}`);
    },
  };
};
