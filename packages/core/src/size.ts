/** Sizes and regions, in pixels. */

/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A region of a picture, in pixels, from the top left. */
export interface Rect extends Size {
  readonly x: number;
  readonly y: number;
}

/** A size multiplied by a whole scale factor. */
export function scaleSize(size: Size, scale: number): Size {
  return { width: size.width * scale, height: size.height * scale };
}

/** A region multiplied by a whole scale factor. */
export function scaleRect(rect: Rect, scale: number): Rect {
  return { x: rect.x * scale, y: rect.y * scale, width: rect.width * scale, height: rect.height * scale };
}

/** `640×360`, for messages. */
export function formatSize(size: Size): string {
  return `${size.width}×${size.height}`;
}
