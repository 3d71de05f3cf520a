/** In which form an output's container takes an input's tags, and what of them it has no place for. */

import type { Changed, Container, LeftOut } from "@tatami/core";
import type { MetadataTags } from "mediabunny";
import type { Carried } from "../../carried/carried.ts";
import { atomOf } from "../../carried/tag-names.ts";

/** The form of an MP4's or MOV's tags, in mediabunny's words. */
export type TagForm = "mdir" | "mdta" | "udta";

/** What is written of tags. */
export interface TagsPlan {
  readonly tags: MetadataTags;
  readonly form: TagForm;
  readonly changed: readonly Changed[];
  readonly leftOut: readonly LeftOut[];
}

/** Plans the tags. @param keepsChapters whether a chapter list is among the boxes to be copied. */
export function planTags(carried: Carried, container: Container, keepsChapters: boolean): TagsPlan {
  if (container === "mkv" || container === "webm") return planMatroska(carried, container);
  return planMovie(carried, container, keepsChapters);
}

function planMatroska(carried: Carried, container: Container): TagsPlan {
  const raw: NonNullable<MetadataTags["raw"]> = {};
  for (const [name, value] of Object.entries(carried.tags)) raw[name.toUpperCase()] = value;
  const names = Object.keys(carried.attachments);
  const keepsFiles = container === "mkv";
  if (keepsFiles) Object.assign(raw, carried.attachments);
  const boxes = Object.keys(carried.boxes).filter((name) => isLost(name, carried));
  return {
    tags: { raw, ...(keepsFiles && carried.images.length > 0 ? { images: [...carried.images] } : {}) },
    form: "mdir",
    changed: boxes.length > 0 ? [lost(boxes, container)] : [],
    leftOut: keepsFiles
      ? []
      : [
          ...names.map((name, index) => attachmentLost(carried, name, index, container)),
          ...coversLost(carried, container),
        ],
  };
}

function planMovie(carried: Carried, container: "mp4" | "mov", keepsChapters: boolean): TagsPlan {
  const { tags, images } = carried;
  const boxes = Object.keys(carried.boxes).filter((name) => name !== "chpl" || keepsChapters);
  // QuickTime's own names have a form that knows no other; boxes have their place in the older form
  const hasKeys = Object.keys(tags).some((name) => name.startsWith("com."));
  const wantsBoxes = keepsChapters || boxes.some((name) => isLost(name, carried)) || "location" in tags;
  const form: TagForm = hasKeys
    ? "mdta"
    : (wantsBoxes && images.length === 0) || container === "mov"
      ? "udta"
      : "mdir";
  const raw: NonNullable<MetadataTags["raw"]> = {};
  const nowhere: string[] = [];
  const more: MetadataTags = {};
  for (const [name, value] of Object.entries(tags)) {
    const atom = form === "mdta" ? name : atomOf(name, form === "udta");
    if (form === "mdir" && setNumbers(more, name, value)) continue;
    if (atom === undefined) nowhere.push(name);
    else raw[atom] = value;
  }
  for (const name of boxes) {
    if (form === "udta") raw[name] ??= carried.boxes[name]!;
    else if (isLost(name, carried)) nowhere.push(name);
  }
  if (form !== "udta" && images.length > 0) more.images = [...images];
  const files = Object.keys(carried.attachments);
  return {
    tags: { ...more, raw },
    form,
    changed: nowhere.length > 0 ? [lost(nowhere, container)] : [],
    leftOut: [
      ...files.map((name, index) => attachmentLost(carried, name, index, container)),
      ...(form === "udta" ? coversLost(carried, container) : []),
    ],
  };
}

/** Whether a box says what no tag says. */
function isLost(name: string, { tags }: Carried): boolean {
  return (
    name !== "chpl" && !name.startsWith("©") && !(name === "loci" && "location" in tags) && known.test(name)
  );
}

/** Boxes whose meaning is known, so that their loss is one. Source: 3GPP TS 26.244, section 8; QuickTime File Format. */
const known = /^(loci|titl|auth|perf|gnre|dscp|cprt|albm|yrrc|rtng|clsf|kywd|coll|urat)$/;

function setNumbers(tags: MetadataTags, name: string, value: string): boolean {
  const [, number, total] = /^(\d+)(?:\/(\d+))?$/.exec(value) ?? [];
  if (number === undefined || (name !== "track" && name !== "disc")) return false;
  if (name === "track") {
    tags.trackNumber = Number(number);
    if (total !== undefined) tags.tracksTotal = Number(total);
  } else {
    tags.discNumber = Number(number);
    if (total !== undefined) tags.discsTotal = Number(total);
  }
  return true;
}

function lost(names: readonly string[], container: Container): Changed {
  const instead = container === "mkv" ? "" : "; write MKV to keep more";
  return {
    kind: "tags",
    message: `Of the file's tags ${names.join(", ")} cannot be held by ${container}${instead}.`,
  };
}

function coversLost({ images }: Carried, container: Container): readonly LeftOut[] {
  return images.map(({ mimeType }, index) => ({
    track: { kind: "attachment", index, codec: mimeType, language: null },
    reason: "container-cannot-hold",
    message: `The cover (${mimeType}) cannot be held by ${container} as it is written here; write MKV to keep it.`,
  }));
}

function attachmentLost({ attachments }: Carried, key: string, index: number, container: Container): LeftOut {
  const name = attachments[key]?.name ?? key;
  return {
    track: { kind: "attachment", index, codec: attachments[key]?.mimeType ?? null, language: null },
    reason: "container-cannot-hold",
    message: `The attached file ${name} cannot be held by ${container}; write MKV to keep it.`,
  };
}
