/** The files beside the one that is worked on: those that wait, and what was made of those before it. */

import { element } from "@tatami/example-parts/element";

/** A file that was made. */
export interface FinishedFile {
  readonly name: string;
  /** Of the video, until it is discarded. */
  readonly url: string;
  isSaved: boolean;
}

export interface OtherFiles {
  /** Lets files wait, before or behind those that do already. */
  wait(files: readonly File[], where: "first" | "last"): void;
  /** The next file, which waits no longer. */
  next(): File | undefined;
  isWaiting(): boolean;
  /** Takes over a result that is left: what is saved is let go, the rest can be saved here. */
  keep(file: FinishedFile): void;
  /** Says what became of a file that there is no result of. */
  tell(name: string, message: string): void;
  /** Whether something is here that is nowhere else. */
  wouldLose(): boolean;
}

export const createOtherFiles = (): OtherFiles => {
  const root = element("#others", HTMLElement);
  const [waitingList, finishedList] = ["#waiting", "#finished"].map((id) => element(id, HTMLElement, root));
  const waiting: File[] = [];
  const unsaved = new Set<FinishedFile>();
  const hideEmpty = (): void => {
    for (const list of [waitingList!, finishedList!])
      list.parentElement!.hidden = list.childElementCount === 0;
    root.hidden = waitingList!.childElementCount + finishedList!.childElementCount === 0;
  };
  const showWaiting = (): void => {
    const rows = waiting.map((file) =>
      row(
        file.name,
        button("Remove", `Remove ${file.name}`, () => {
          waiting.splice(waiting.indexOf(file), 1);
          showWaiting();
        }),
      ),
    );
    waitingList!.replaceChildren(...rows);
    hideEmpty();
  };
  const letGo = (file: FinishedFile): void => {
    unsaved.delete(file);
    URL.revokeObjectURL(file.url);
  };
  const add = (item: HTMLElement): void => {
    finishedList!.append(item);
    hideEmpty();
  };
  const discard = (file: FinishedFile, item: HTMLElement): void => {
    if (!file.isSaved && !confirm(`Discard ${file.name}? It has not been saved.`)) return;
    letGo(file);
    item.remove();
    hideEmpty();
  };

  return {
    wait: (files, where) => {
      waiting.splice(where === "first" ? 0 : waiting.length, 0, ...files);
      showWaiting();
      if (where === "last")
        element("#announcement", HTMLElement).textContent =
          `${files.map(({ name }) => name).join(", ")}: waiting.`;
    },
    next: () => {
      const file = waiting.shift();
      showWaiting();
      return file;
    },
    isWaiting: () => waiting.length > 0,
    keep: (file) => {
      if (file.isSaved) return letGo(file);
      unsaved.add(file);
      const save = Object.assign(document.createElement("a"), {
        className: "button",
        textContent: "Save",
        href: file.url,
        download: file.name,
      });
      save.setAttribute("aria-label", `Save ${file.name}`);
      save.addEventListener("click", () => (file.isSaved = true));
      const item = row(
        file.name,
        save,
        button("Discard", `Discard ${file.name}`, () => discard(file, item)),
      );
      add(item);
    },
    tell: (name, message) => add(row(message.includes(name) ? message : `${name}: ${message}`)),
    wouldLose: () => [...unsaved].some(({ isSaved }) => !isSaved),
  };
};

const row = (text: string, ...controls: readonly HTMLElement[]): HTMLElement => {
  const item = document.createElement("li");
  item.append(Object.assign(document.createElement("span"), { textContent: text }), ...controls);
  return item;
};

const button = (text: string, label: string, act: () => void): HTMLElement => {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: text });
  made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
};
