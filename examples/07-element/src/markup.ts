/** The HTML that shows a video in this way in another page. */

/** What the page's controls are set to. */
export interface Shown {
  /** Address of the video. */
  readonly src: string;
  readonly model: string;
  readonly strength: number;
  readonly compare: boolean;
  /** Whether the video comes from another server, whose leave a page needs to read its pictures. */
  readonly isElsewhere: boolean;
}

/** The model that the element has where none is named. */
const usual = "m5-x2";

/** The element with the attributes that differ from its own, and the script that defines it. */
export const markupOf = ({ src, model, strength, compare, isElsewhere }: Shown): string => {
  const attributes = [
    `src="${escape(src)}"`,
    ...(model === usual ? [] : [`model="${escape(model)}"`]),
    ...(strength === 1 ? [] : [`strength="${strength}"`]),
    ...(compare ? ["compare"] : []),
    ...(isElsewhere ? ["crossorigin"] : []),
  ];
  return `<tatami-video ${attributes.join(" ")}></tatami-video>
<script type="module">
  import { defineTatamiVideo } from "@tatami/element";
  defineTatamiVideo();
</script>`;
};

const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
