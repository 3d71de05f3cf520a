/** What a trial's page does: the slider, and copying. */

/**
 * The script, for a page on its own: no modules and no requests. A strength below 1 is the network's picture, so far
 * transparent, over the filter's: filter + strength · (network − filter).
 */
export const trialScript: string = `
(() => {
  const { windows, rects } = JSON.parse(document.getElementById("trial").textContent);
  const [fitting, stage, view, sheet, divider, slide, right] = ["fitting", "stage", "view", "sheet", "divider", "slide", "right"].map((id) => document.getElementById(id));
  const selects = { left: document.getElementById("way-left"), right: document.getElementById("way-right") };
  let [moment, zoom] = [0, "fit"];

  const isZoomed = () => zoom !== "fit";
  const press = (kind, value) => {
    for (const button of document.querySelectorAll(".bar [data-" + kind + "]"))
      button.setAttribute("aria-pressed", String(button.dataset[kind] === String(value)));
  };
  const split = () => {
    const at = (slide.value / 100) * view.clientWidth;
    divider.style.left = at + "px";
    const into = view.scrollLeft + at - sheet.offsetLeft;
    right.style.clipPath = "inset(0 0 0 " + Math.max(0, into) + "px)";
  };
  const fill = (side) => {
    const way = selects[side].value;
    const [network, strength] = way.split("@");
    const layer = document.getElementById(side);
    const [base, top] = layer.querySelectorAll("img");
    const filter = windows[moment]["0@0"];
    base.src = filter;
    const own = windows[moment][way];
    top.src = own || windows[moment][network + "@1"];
    top.style.opacity = own ? 1 : strength;
    top.alt = selects[side].selectedOptions[0].textContent;
  };
  const mark = () => {
    for (const detail of document.querySelectorAll(".detail"))
      detail.classList.toggle("shown", detail.dataset.way === selects.right.value);
  };
  const layOut = () => {
    const { width, height } = rects[moment];
    // never larger than the file's own pixels, unless asked for
    const scale = isZoomed() ? zoom / devicePixelRatio : Math.min(1, fitting.parentElement.clientWidth / width);
    // no wider than what is in it: two pixels are the border
    fitting.style.maxWidth = width * scale + 2 + "px";
    sheet.style.width = width * scale + "px";
    sheet.style.height = height * scale + "px";
    view.style.maxHeight = isZoomed() ? "" : "none";
    stage.classList.toggle("magnified", zoom === "2");
    stage.style.touchAction = isZoomed() ? "none" : "pan-y";
    split();
  };
  const centre = () => {
    const { x, y, width } = rects[moment];
    const scale = sheet.clientWidth / width;
    view.scrollTo(x * scale - view.clientWidth / 2, y * scale - view.clientHeight / 2);
  };
  const show = () => {
    for (const side of ["left", "right"]) fill(side);
    layOut();
    mark();
  };

  for (const select of Object.values(selects)) select.addEventListener("change", show);
  slide.addEventListener("input", split);
  view.addEventListener("scroll", split);
  addEventListener("resize", layOut);
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    const { dataset } = button;
    if (dataset.zoom) {
      zoom = dataset.zoom;
      press("zoom", zoom);
      layOut();
      if (isZoomed()) centre();
    } else if (dataset.moment) {
      moment = Number(dataset.moment);
      press("moment", moment);
      for (const details of document.querySelectorAll("[data-details]"))
        details.hidden = details.dataset.details !== dataset.moment;
      show();
      if (isZoomed()) centre();
    } else if (dataset.way) {
      selects.right.value = dataset.way;
      show();
    } else if (dataset.copy) copy(button);
  });
  const copy = async (button) => {
    const text = button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // pages opened from a disk may have no clipboard
      const area = Object.assign(document.createElement("textarea"), { value: text });
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  };

  // a drag moves the divider; where the picture is larger than its frame it moves the picture, but near the divider
  let drag;
  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const at = event.clientX - stage.getBoundingClientRect().left;
    const isFar = Math.abs(at - (slide.value / 100) * view.clientWidth) > 28;
    const pans = isZoomed() && isFar && (view.scrollWidth > view.clientWidth || view.scrollHeight > view.clientHeight);
    drag = { pans, x: event.clientX, y: event.clientY, left: view.scrollLeft, top: view.scrollTop };
    stage.setPointerCapture(event.pointerId);
    move(event);
  });
  const move = (event) => {
    if (!drag) return;
    if (drag.pans) view.scrollTo(drag.left + drag.x - event.clientX, drag.top + drag.y - event.clientY);
    else {
      slide.value = (100 * (event.clientX - stage.getBoundingClientRect().left)) / view.clientWidth;
      split();
    }
  };
  stage.addEventListener("pointermove", move);
  for (const name of ["pointerup", "pointercancel"]) stage.addEventListener(name, () => (drag = undefined));

  // a picture shown at less than half its size hides what this page is for
  if (fitting.parentElement.clientWidth < rects[0].width / 2) {
    zoom = "1";
    press("zoom", zoom);
  }
  show();
  if (isZoomed()) centre();
})();
`;
