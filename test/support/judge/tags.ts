/** Which tags are compared, and in what form: what a container writes by itself is none of the input's. */

import type { Difference } from "./difference.ts";

/** Tags by their names in lower case, values in a form that is equal where they say the same. */
export type Tags = ReadonlyMap<string, string>;

/** Written by muxers and encoders of themselves, or listed as something else of the file. */
const ownOfContainers = [
  /^encoder(_options)?$/,
  /^(major_brand|minor_version|compatible_brands)$/,
  /^(handler_name|vendor_id)$/,
  /^duration(-|$)/,
  /^_statistics_/,
  /^(bps|number_of_frames|number_of_bytes|source_id)(-|$)/,
  // ASF's and AVI's description of the file as it was
  /^(wmfsdkversion|wmfsdkneeded|isvbr|deviceconformancetemplate|wm\/encodingtime)$/,
  /^(software|isft)$/,
  // Flash's copy of what the streams say
  /^(hasvideo|hasaudio|hasmetadata|haskeyframes|cuepoints|canseektoend|lasttimestamp|lastkeyframetimestamp)$/,
  /^(audiosize|videosize|datasize|metadatacreator|metadatadate|(audio|video)datarate|variant_bitrate)$/,
  // compared as the display matrix, the transparency, the stereo mode, the timecode, the language and the file's name
  /^(rotate|alpha_mode|stereo_mode|timecode|language|filename|mimetype)$/,
];

/** The tags of a file or of one of its streams that are compared. */
export function comparedTags(tags: Readonly<Record<string, string>> = {}): Tags {
  const named = new Map(Object.entries(tags).map(([key, value]) => [key.toLowerCase(), normalized(value)]));
  const compared = [...named].filter(([key, value]) => {
    if (value === "" || ownOfContainers.some((own) => own.test(key))) return false;
    // "title-eng" beside an equal "title": FFmpeg lists QuickTime's texts once more by language
    const base = key.replace(/-[a-z]{3}$/, "");
    return base === key || named.get(base) !== value;
  });
  return new Map(compared);
}

/** A tag that is listed by any of several spellings: the timecode, for instance. */
export function tagOf(tags: Readonly<Record<string, string>> | undefined, name: string): string | undefined {
  const found = Object.entries(tags ?? {}).find(([key]) => key.toLowerCase() === name);
  return found?.[1];
}

/** A language by its canonical name, so that "ger" and "deu" are one; nothing where none is stated. */
export function languageOf(tags: Readonly<Record<string, string>> | undefined): string | undefined {
  const stated = tagOf(tags, "language")?.trim();
  if (stated === undefined || /^(und|)$/i.test(stated)) return undefined;
  try {
    return Intl.getCanonicalLocales(stated)[0];
  } catch {
    return stated.toLowerCase();
  }
}

/** A track's tags less a date that the file itself states: MP4 writes it into every track, Matroska into none. */
export function withoutFilesDate(tags: Tags, file: Tags): Tags {
  const date = tags.get("creation_time");
  if (date === undefined || date !== file.get("creation_time")) return tags;
  return new Map([...tags].filter(([key]) => key !== "creation_time"));
}

/** What is lost, another or added in `after`; each phrase begins with `prefix`. */
export function tagDifferences(before: Tags, after: Tags, prefix = ""): Difference[] {
  const kept = [...before].flatMap(([key, value]): string[] => {
    const now = after.get(key);
    if (now === undefined) return [`${key} "${value}" lost`];
    return now === value ? [] : [`${key} "${now}", was "${value}"`];
  });
  const added = [...after].filter(([key]) => !before.has(key));
  return [
    ...kept.map((detail): Difference => ({ aspect: "tags", detail: prefix + detail })),
    ...added.map(([key, value]): Difference => ({
      aspect: "tags",
      detail: `${prefix}${key} "${value}" added`,
      isAddition: true,
    })),
  ];
}

// Moments are equal however many digits their seconds have; a date without a time of day, or with a place's own time of
// day, stays as it is.
function normalized(value: string): string {
  const text = value.trim();
  const [, day, time] = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?)Z?$/.exec(text) ?? [];
  return day === undefined ? text : new Date(`${day}T${time}Z`).toISOString();
}
