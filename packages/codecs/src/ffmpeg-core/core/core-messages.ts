/** What is said between the worker that holds FFmpeg's core and whoever started it. */

/** Where commands find the input. */
export const inputPath = "/input/file";

/** Where commands write what is to be posted. */
export const outputPath = "/output";

/** Words that both share: pieces the reader still takes, and whether the command is to end. */
export const stateWords = { credit: 0, end: 1 } as const;

/** A command line for FFmpeg's core. */
export interface CoreCommand {
  readonly program: "ffmpeg" | "ffprobe";
  readonly args: readonly string[];
  /** What is written is put together to pieces of so many bytes. @defaultValue as it comes */
  readonly pieceBytes?: number;
  /** Arguments of a command of FFmpeg's that runs before, to leave files in `/tmp` for this one. @defaultValue none */
  readonly before?: readonly string[] | undefined;
  /** Files that are there while the command runs. */
  readonly files?: readonly { readonly name: string; readonly data: Uint8Array }[];
}

/** To the worker: one that starts the core, and then commands, one at a time. */
export type CoreRequest =
  | {
      readonly kind: "start";
      readonly coreURL: string;
      /** The file of the core's own threads, of a core that has some. */
      readonly workerURL?: string;
      readonly wasmModule: WebAssembly.Module;
      /** The input. */
      readonly file: Blob | undefined;
      /** {@link stateWords}, where memory can be shared. */
      readonly shared: SharedArrayBuffer | undefined;
    }
  | ({ readonly kind: "run" } & CoreCommand)
  | { readonly kind: "end" };

/** From the worker. */
export type CoreMessage =
  | { readonly kind: "started" }
  | { readonly kind: "lines"; readonly lines: readonly (readonly [string, boolean])[] }
  | { readonly kind: "data"; readonly data: Uint8Array<ArrayBuffer> }
  | { readonly kind: "ended"; readonly status: number }
  | { readonly kind: "failed"; readonly message: string };
