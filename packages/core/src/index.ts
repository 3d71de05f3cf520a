/** The vocabulary every package shares. It depends on nothing. */

export { abortable, throwIfAborted } from "./errors/abort.ts";
export { createBoundedQueue, readAhead } from "./queue/bounded-queue.ts";
export type { BoundedQueue, BoundedQueueOptions } from "./queue/bounded-queue.ts";
export type { CodecDriver, CodecDriverName } from "./media/codec-driver.ts";
export type {
  Changed,
  ChangedKind,
  Container,
  Damage,
  LeftOut,
  LeftOutReason,
  MediaDescription,
  TrackDescription,
  TrackKind,
  VideoCodec,
  VideoDescription,
} from "./media/description.ts";
export type {
  Deinterlace,
  MediaInput,
  MediaReader,
  OpenOptions,
  ReadOptions,
  SoundOptions,
  SoundPacket,
  SoundTrack,
} from "./media/reader.ts";
export type { MediaOutput, MediaWriter, WriterInit, Written } from "./media/writer.ts";
export type { AudioOption, EncodeOptions, EncoderChoice, Encoding, PixelFormat } from "./media/encoding.ts";
export { isHighDynamicRange, unstatedColor } from "./frame/color.ts";
export type { ColorSpace } from "./frame/color.ts";
export { copyRows } from "./frame/copy-rows.ts";
export type { Rows } from "./frame/copy-rows.ts";
export { enlargingFilter, filterRadius } from "./enlarging-filter.ts";
export type { EnlargingFilter } from "./enlarging-filter.ts";
export { TatamiError } from "./errors/errors.ts";
export type {
  ErrorCode,
  ErrorDetail,
  Rejection,
  SerializedTatamiError,
  TatamiErrorInit,
} from "./errors/errors.ts";
export type { FileReading, PictureMeasures } from "./media/file-reading.ts";
export { inventedNote, noEvidence } from "./media/invented-note.ts";
export type { InventedNote } from "./media/invented-note.ts";
export {
  areDeepPlanes,
  bitsOf,
  createDeepPlane,
  createPlane,
  createPlaneLike,
  isDeepPlane,
  roundPlanes,
  rowsOf,
  stepsOfLevel,
} from "./frame/planes.ts";
export type { AnyPlane, AnyPlanes, DeepPlane, DeepPlanes, Plane, Planes } from "./frame/planes.ts";
export { closedFrameError, createFrame, planesOf, restateFrame } from "./frame/frame.ts";
export type { Frame, FrameInit } from "./frame/frame.ts";
export { isVideoFrame } from "./frame/is-video-frame.ts";
export type { Picture } from "./frame/is-video-frame.ts";
export { createFrameQueue } from "./queue/frame-queue.ts";
export type { FrameQueue, FrameQueueOptions, Queued } from "./queue/frame-queue.ts";
export { frameLedger } from "./frame/frame-ledger.ts";
export type { FrameLedger } from "./frame/frame-ledger.ts";
export {
  checkInteger,
  checkKnownOptions,
  checkNumber,
  checkOneOf,
  checkOptions,
  checkSize,
  invalidOption,
  withoutUndefined,
} from "./options.ts";
export {
  checkByRules,
  checkRule,
  choiceRule,
  integerRule,
  listRule,
  numberRule,
  ownRule,
  uncheckedRule,
} from "./option-rules.ts";
export type { OptionRule, OptionRules } from "./option-rules.ts";
export { backendNames, debugViews, efforts, fuseModes, looks, reuseModes } from "./choices.ts";
export { containers, videoCodecs } from "./media/description.ts";
export { deinterlaceModes } from "./media/reader.ts";
export { audioOptions, encoderChoices, pixelFormats } from "./media/encoding.ts";
export { outputFailed } from "./errors/output-failed.ts";
export { overflowRules, resolveOverflow } from "./queue/overflow.ts";
export type { DropReason, OverflowOptions, OverflowPolicy, ResolvedOverflow } from "./queue/overflow.ts";
export { checkStrength, mostStrength } from "./frame/patch.ts";
export type { PatchJob } from "./frame/patch.ts";
export { createFlickerMeter } from "./quality/flicker.ts";
export type { Flicker, FlickerMeter, FlickerOptions } from "./quality/flicker.ts";
export type { LumaSamples } from "./quality/plane-region.ts";
export { psnr } from "./quality/psnr.ts";
export { ssim } from "./quality/ssim.ts";
export { createRandom, forkRandom, restoreRandom } from "./random.ts";
export type { Random } from "./random.ts";
export type {
  KeptSegment,
  Segment,
  SegmentedInit,
  SegmentedOutput,
  SegmentNotes,
  SegmentWriter,
} from "./media/segmented-output.ts";
export { sha256Of } from "./sha256.ts";
export { formatSize, scaleRect, scaleSize } from "./size.ts";
export type { Rect, Size } from "./size.ts";
export { closable } from "./closable.ts";
export { withoutPauses } from "./without-pauses.ts";
export type { PausedProgress } from "./without-pauses.ts";
export type { Closable } from "./closable.ts";
export { holdWorkerLock, planWorkerLifetime, workersEnded } from "./worker-lifetime.ts";
export type { WorkerLifetime } from "./worker-lifetime.ts";
export { openFirst } from "./media/open-first.ts";
export type { OpenedMedia } from "./media/open-first.ts";
export { wrapWriters } from "./media/wrap-writers.ts";
export type { WrapWriter } from "./media/wrap-writers.ts";
export { checkReach, resolveTarget, scalesFor, targetOf } from "./target-size.ts";
export type { ResolvedTarget, TargetSize } from "./target-size.ts";
