/** A film that this page enlarges while it plays, with a line between before and after; a picture of that where nothing can run. */

import { defineComponent, h, onMounted, ref } from "vue";
import type { VNode } from "vue";
import type { TatamiVideo, TatamiVideoEvents } from "@tatami/element";
import film from "@tatami/example-clips/bunny-320x180.mp4?url";
import picture from "@tatami/example-clips/before-after.png?url";

type State = TatamiVideo["state"];

/** What is said under the film in each state. */
const words: Readonly<Record<State, string>> = {
  empty: "",
  loading: "The engine is being made ready; until then the plain video is seen.",
  upscaling: "Left of the line the video as it is, right of it enlarged by this page. Move the line.",
  slow: "This machine is too slow to enlarge every picture while it plays. Pause it: what stands is enlarged.",
  plain: "Nothing here can run the engine, so the plain video is shown, and a picture of what would be seen.",
  failed: "This browser does not play the clip; a picture shows what would be seen.",
};

/** The component `<LiveFilm />`. */
export const LiveFilm = defineComponent({
  name: "LiveFilm",
  setup() {
    const state = ref<State>("empty");
    const fault = ref("");
    const element = ref<TatamiVideo>();
    const isReady = ref(false);
    onMounted(async () => {
      // where pages are made beforehand there is no element, and none of its modules is to be read
      if (import.meta.env.SSR) return;
      try {
        const { defineTatamiVideo } = await import("@tatami/element");
        defineTatamiVideo();
        isReady.value = true;
      } catch (error) {
        state.value = "plain";
        fault.value = String(error);
      }
    });
    const hear = ({ detail }: TatamiVideoEvents["statechange"]): void => {
      state.value = detail.state;
      fault.value = detail.error === undefined ? "" : `${detail.error.message} ${detail.error.fix}`;
    };
    const stands = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;
    return (): VNode => {
      const hasNothing = state.value === "plain" || state.value === "failed";
      const video = h("tatami-video", {
        ref: element,
        src: film,
        model: "m5-x2",
        compare: "",
        muted: "",
        loop: "",
        // a page that is asked for quiet lets the reader begin
        ...(isReady.value && !stands() && { autoplay: "" }),
        tabindex: 0,
        "aria-label": "Big Buck Bunny, before and after",
        onStatechange: hear,
      });
      return h("figure", { class: "live-film", "data-state": state.value }, [
        isReady.value ? video : h("div", { class: "live-film-place" }),
        hasNothing
          ? h("img", { src: picture, alt: "The same details by bicubic interpolation and by Tatami" })
          : undefined,
        h("figcaption", [
          h("p", { role: "status" }, words[state.value]),
          fault.value === "" ? undefined : h("p", { class: "live-film-fault" }, fault.value),
          h("p", { class: "live-film-source" }, [
            hasNothing ? "" : "320 × 180 → 640 × 360 by m5-x2, 13,520 weights, in a worker of this page. ",
            h("cite", "Big Buck Bunny"),
            " © 2008 Blender Foundation, CC BY 3.0.",
          ]),
          h(
            "noscript",
            "Without scripts nothing is enlarged here. The repository has a picture: examples/clips/before-after.png.",
          ),
        ]),
      ]);
    };
  },
});
