/** Finds a Chromium that can be driven, and says how to get one where there is none. */

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser, BrowserContext, BrowserContextOptions } from "playwright-core";

/** What to do where no Chromium is found. */
export const howToGetChromium: string = [
  "No Chromium was found. Get one in any of these ways, then run the tests again:",
  "  npx playwright-core install chromium   (no root needed)",
  "  apt-get install chromium   (Debian, Ubuntu; brew install --cask chromium on macOS)",
  "  CHROME_PATH=/path/to/chrome npm run test:browser -w @tatami/test   (one you already have)",
].join("\n");

/**
 * The executable: `CHROME_PATH`, else Playwright's own, else the system's; absent when there is none.
 *
 * @throws Error when `CHROME_PATH` names something that cannot be run: a wrong setting is not passed over.
 */
export const findChromium = (
  environment: NodeJS.ProcessEnv = process.env,
  isThere: (path: string) => boolean = canRun,
): string | undefined => {
  const named = environment["CHROME_PATH"];
  if (named !== undefined && named !== "") {
    if (isThere(named)) return named;
    throw new Error(`CHROME_PATH is ${named}, which cannot be run. Name a Chromium executable, or unset it.`);
  }
  return [...playwrightPaths(), ...systemPaths(environment)].find(isThere);
};

/** How it is started. */
export interface LaunchOptions {
  /**
   * Whether pages have WebGPU, on the software adapter. All drawing then goes through that adapter, which
   * takes much of a small machine; or on the adapter that the machine has. @defaultValue false
   */
  readonly webgpu?: boolean | "hardware";
  /** A camera that every page may use: Chromium's moving pattern, or a file (Y4M or MJPEG) shown over and over. */
  readonly camera?: string;
}

/** Starts it headless. */
export const launchChromium = (executablePath: string, options: LaunchOptions = {}): Promise<Browser> =>
  chromium.launch({ executablePath, args: [...quiet, ...gpuFlags(options), ...cameraFlags(options)] });

/** A context in a browser. Dispose of it. */
export interface OpenedContext extends AsyncDisposable {
  readonly context: BrowserContext;
}

/** The browser of every context that needs no WebGPU and no camera, for as long as a process of tests runs. */
let shared: Promise<Browser> | undefined;

/**
 * A context of its own, with nothing of another's. In tests it is in one browser with others where it needs nothing of its
 * own: to start one takes a processor seconds.
 */
export const openContext = async (
  executablePath: string,
  { context: wanted, ...launch }: LaunchOptions & { readonly context?: BrowserContextOptions } = {},
): Promise<OpenedContext> => {
  const isAlone = !process.env["VITEST"] || launch.webgpu !== undefined || launch.camera !== undefined;
  if (!isAlone && !(await shared?.catch(() => undefined))?.isConnected())
    shared = launchChromium(executablePath);
  const browser = await (isAlone ? launchChromium(executablePath, launch) : shared!);
  try {
    const context = await browser.newContext(wanted);
    return { context, [Symbol.asyncDispose]: () => (isAlone ? browser : context).close() };
  } catch (error) {
    if (isAlone) await browser.close();
    throw error;
  }
};

const gpuFlags = ({ webgpu: wanted }: LaunchOptions): readonly string[] =>
  wanted === "hardware" ? hardware : wanted === true ? webgpu : noGpu;

const cameraFlags = ({ camera }: LaunchOptions): readonly string[] =>
  camera === undefined
    ? []
    : [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        ...(camera === "pattern" ? [] : [`--use-file-for-fake-video-capture=${camera}`]),
      ];

const quiet: readonly string[] = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--autoplay-policy=no-user-gesture-required",
  // the address bar's list is a page, which is drawn whether or not there is a window; the others are Playwright's own
  "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,GlobalMediaControls,HttpsUpgrades,MediaRouter,OptimizationHints,PaintHolding,Translate",
];

const noGpu: readonly string[] = ["--disable-gpu"];

/** Without the last three, presenting to a canvas kills the GPU process. */
const webgpu: readonly string[] = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan",
  "--use-vulkan=swiftshader",
  "--use-angle=vulkan",
];

const hardware: readonly string[] = [
  "--enable-unsafe-webgpu",
  "--enable-features=Vulkan",
  "--use-angle=vulkan",
  "--ignore-gpu-blocklist",
  "--enable-dawn-features=vulkan_enable_f16_on_nvidia",
];

const playwrightPaths = (): string[] => {
  try {
    return [chromium.executablePath()];
  } catch {
    return []; // This platform has no build of Playwright's own.
  }
};

const systemPaths = (environment: NodeJS.ProcessEnv): string[] => {
  if (process.platform === "darwin") {
    const names = ["Chromium", "Google Chrome", "Microsoft Edge"];
    return ["/Applications", join(environment["HOME"] ?? "", "Applications")].flatMap((folder) =>
      names.map((name) => `${folder}/${name}.app/Contents/MacOS/${name}`),
    );
  }
  if (process.platform === "win32") {
    const roots = ["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"].map(
      (name) => environment[name] ?? "",
    );
    const names = ["Google/Chrome/Application/chrome.exe", "Chromium/Application/chrome.exe"];
    return roots.flatMap((root) =>
      [...names, "Microsoft/Edge/Application/msedge.exe"].map((n) => join(root, n)),
    );
  }
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"];
  const folders = (environment["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return [...new Set([...folders, "/usr/bin", "/usr/local/bin", "/snap/bin"])].flatMap((folder) =>
    names.map((name) => join(folder, name)),
  );
};

const canRun = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
