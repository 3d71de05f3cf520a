/** VitePress's own theme, in system fonts and Tatami's colours, with a film on the start page that is enlarged in it. */

import { h, nextTick, onMounted, watch } from "vue";
import { useRoute } from "vitepress";
import type { Theme } from "vitepress";
import DefaultTheme from "vitepress/theme-without-fonts";
import { LiveFilm } from "./live-film.ts";
import "./style.css";

const theme: Theme = {
  extends: DefaultTheme,
  Layout: () => h(DefaultTheme.Layout, null, { "home-hero-after": () => h(LiveFilm) }),
  setup() {
    const route = useRoute();
    // the start page of the default theme has no landmark for what it is about
    const mark = (): void => document.querySelector(".VPHome")?.setAttribute("role", "main");
    onMounted(() => {
      mark();
      watch(
        () => route.path,
        () => void nextTick(mark),
      );
    });
  },
};

export default theme;
