/** Lets files be dropped anywhere on the page. */

/** @param isOpen whether files are taken now; when not, a drop does nothing (and does not leave the page). */
export const acceptDrops = (
  page: HTMLElement,
  isOpen: () => boolean,
  take: (files: readonly File[]) => void,
): void => {
  let depth = 0; // Entering a child fires before leaving its parent.
  const mark = (): void => void page.classList.toggle("dragging", depth > 0 && isOpen());

  page.addEventListener("dragenter", (event) => {
    event.preventDefault();
    depth++;
    mark();
  });
  page.addEventListener("dragleave", () => {
    depth--;
    mark();
  });
  page.addEventListener("dragover", (event) => event.preventDefault());
  page.addEventListener("drop", (event) => {
    event.preventDefault();
    depth = 0;
    mark();
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0 && isOpen()) take(files);
  });
};
