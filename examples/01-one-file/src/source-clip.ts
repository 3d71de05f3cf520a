/** The chosen file, and its URL for players. */

export interface SourceClip {
  readonly file: File;
  /** Good until it is revoked. */
  readonly url: string;
  revoke(): void;
}

export const openClip = (file: File): SourceClip => {
  const url = URL.createObjectURL(file);
  return { file, url, revoke: () => URL.revokeObjectURL(url) };
};
