// A page with the element in it, as its package is published.

import { defineTatamiVideo } from "@tatami/element";

const TatamiVideo = defineTatamiVideo();
const element = new TatamiVideo();
element.model = "micro-x2";
element.addEventListener("statechange", ({ detail }) => {
  document.title = detail.error ? `${detail.state}: ${detail.error.message}` : detail.state;
});
document.body.append(element);

/** Shows what is drawn: a picture that changes. */
globalThis.showDrawn = () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
  const context = canvas.getContext("2d");
  let hue = 0;
  const draw = () => {
    context.fillStyle = `hsl(${(hue += 3)} 60% 50%)`;
    context.fillRect(0, 0, 64, 48);
    requestAnimationFrame(draw);
  };
  draw();
  element.srcObject = canvas.captureStream();
  return element.play();
};
