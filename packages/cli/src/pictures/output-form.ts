/** What an output is: a video in a container, or something else that frames go into. */

import { basename, extname } from "node:path";
import { containers, invalidOption } from "@tatami/core";
import type { Container } from "@tatami/core";
import { usage } from "../parsing/parse-flags.ts";

/** What `--container` takes: y4m is raw video, rawvideo the same without headers. */
export const containerNames: readonly ContainerName[] = [...containers, "y4m", "rawvideo"];

/** One of {@link containerNames}. */
export type ContainerName = Container | RawName;

/** Raw video, with headers and without. */
export type RawName = "y4m" | "rawvideo";

/**
 * `video`: a container. `picture`: one still picture of a still picture. `numbered`: a picture file for each frame. `gif` and
 * `webp`: moving ones. `y4m` and `rawvideo`: raw video.
 */
export type OutputForm = "video" | "picture" | "numbered" | "gif" | "webp" | RawName;

/** Endings of the picture files that are written. */
const pictureEndings = ["png", "jpg", "jpeg", "webp", "avif"];
/** Where in a file's name the number stands. */
const placeholder = /%(0?)(\d*)d/;

/**
 * Tells an output's form by its name, by `--container` and by whether a still picture is to be enlarged.
 *
 * @throws TatamiError `invalid-option` for a name that says nothing, or that the container or the input does not fit.
 */
export function formOf(output: string, container: ContainerName | undefined, isStill: boolean): OutputForm {
  const ending = extname(output).slice(1).toLowerCase();
  const isPicture = pictureEndings.includes(ending);
  const named: OutputForm | undefined = containers.some((name) => name === ending)
    ? "video"
    : ending === "y4m" || ending === "gif"
      ? ending
      : ending === endingOf("rawvideo")
        ? "rawvideo"
        : isPicture && placeholder.test(basename(output))
          ? "numbered"
          : isPicture
            ? isStill
              ? "picture"
              : ending === "webp"
                ? "webp"
                : refusePicture(output)
            : undefined;
  if (container === undefined) return named ?? refuseName(output);
  if (named !== undefined && endingOf(container) !== ending) {
    throw usage(
      `--output ${output} does not fit --container ${container}.`,
      `Name the output .${endingOf(container)}, or leave --container out.`,
    );
  }
  return isRaw(container) ? container : "video";
}

/** Whether a container or a form is raw video. */
export function isRaw(name: string): name is RawName {
  return name === "y4m" || name === "rawvideo";
}

/** How files of a container end. */
export function endingOf(container: ContainerName): string {
  return container === "rawvideo" ? "yuv" : container;
}

/** The file of a pattern's n-th picture: `frames/%05d.png`. */
export function numberedName(pattern: string, number: number): string {
  const name = basename(pattern);
  const written = name.replace(placeholder, (_all, zero: string, width: string) =>
    String(number).padStart(Number(width || 0), zero === "0" ? "0" : " "),
  );
  return pattern.slice(0, pattern.length - name.length) + written;
}

/** A file named for one container and filled with another would not open everywhere. */
function refuseName(output: string): never {
  throw invalidOption(
    "--output",
    `a file name that ends in .${containers.join(", .")}, .y4m, .yuv or .gif, or in a picture's ending`,
    output,
    "Name it so, end it in / if it is a folder, or say with --container what to write into it.",
  );
}

function refusePicture(output: string): never {
  throw usage(
    `${output} is one picture, and the input may be many.`,
    "Write numbered pictures, for instance --output 'frames/%05d.png'; .gif and .webp move.",
  );
}
