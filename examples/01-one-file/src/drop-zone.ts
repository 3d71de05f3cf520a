/** Lets a file be dropped anywhere on the page. */

/** @param isOpen whether a file is taken now; when not, a drop does nothing (and does not leave the page). */
export const acceptDrops = (page: HTMLElement, isOpen: () => boolean, take: (file: File) => void): void => {
  let depth = 0; // Entering a child fires before leaving its parent.
  const mark = (): void => void page.classList.toggle("dragging", depth > 0 && isOpen());

  page.addEventListener("dragenter", (event) => {
    event.preventDefault();
    depth += 1;
    mark();
  });
  page.addEventListener("dragleave", () => {
    depth -= 1;
    mark();
  });
  page.addEventListener("dragover", (event) => event.preventDefault());
  page.addEventListener("drop", (event) => {
    event.preventDefault();
    depth = 0;
    mark();
    const file = event.dataTransfer?.files[0];
    if (file !== undefined && isOpen()) take(file);
  });
};
