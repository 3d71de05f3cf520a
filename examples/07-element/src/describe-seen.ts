/** What the element shows now, in words. */

import type { TatamiVideo } from "@tatami/element";
import { formatRate } from "@tatami/example-parts/format";

/** Only what cannot be told from the picture itself. @param trouble why the plain video is seen, where it is */
export const describeSeen = (player: TatamiVideo, trouble: string): string => {
  const { videoWidth: width, videoHeight: height } = player.video;
  switch (player.state) {
    case "empty":
      return "";
    case "loading":
      return "Getting ready. Until then this is the plain video.";
    case "upscaling": {
      const { framesPerSecond } = player.stats();
      const rate = player.video.paused ? "" : `, ${formatRate(framesPerSecond)} pictures a second`;
      return `${width} × ${height}, enlarged${rate}.`;
    }
    case "slow":
      return player.video.paused
        ? `${width} × ${height}, enlarged while it stands.`
        : "This machine cannot keep up, so this is the plain video while it plays. Pause it to see it enlarged, or take a quicker model.";
    case "plain":
      return `This is the plain video. ${trouble}`;
    case "failed":
      return "This browser does not play it. Give an MP4 or a WebM, or enlarge it in the page of one file, which reads many more kinds.";
  }
};
