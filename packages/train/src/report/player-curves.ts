/** What the players of a run were seen doing, as curves. */

import type { PlayerProgress } from "../run/loop.ts";
import type { HistoryProgress } from "./history.ts";

/** A place on a curve. */
export interface Point {
  readonly step: number;
  /** No number where nothing was seen. */
  readonly value: number;
}

/** A curve. */
export interface Curve {
  /** Empty where it is the only one of its kind. */
  readonly name: string;
  readonly points: readonly Point[];
}

/** Curves that belong on one pair of axes. */
export interface CurveGroup {
  readonly title: string;
  readonly curves: readonly Curve[];
}

/** A player in the reports. */
export interface SeenPlayer {
  readonly name: string;
  /** Names of the other numbers that its loss names. */
  readonly terms: readonly string[];
  curveOf(key: "loss" | "rate"): readonly Point[];
  termCurve(term: string): readonly Point[];
}

/** Beyond this ratio of their largest values two curves do not share an axis: one of them would lie flat. */
const farthest = 20;

/** The players that the reports tell of, in the order in which they are first seen; none in those of before. */
export function playersOf(reports: readonly HistoryProgress[]): readonly SeenPlayer[] {
  const names = new Set(reports.flatMap(({ players = {} }) => Object.keys(players)));
  return [...names].map((name) => {
    const curve = (pick: (player: PlayerProgress) => number | null | undefined): readonly Point[] =>
      reports.flatMap(({ step, players }) => {
        const player = players?.[name];
        // JSON has null for what was no number
        return player ? [{ step, value: pick(player) ?? NaN }] : [];
      });
    const terms = new Set(reports.flatMap(({ players }) => Object.keys(players?.[name]?.terms ?? {})));
    return {
      name,
      terms: [...terms],
      curveOf: (key) => curve((player) => player[key]),
      termCurve: (term) => curve((player) => player.terms[term]),
    };
  });
}

/**
 * The losses: of a network alone one group, of several players one each. Terms lie beside the loss that names them, or
 * in groups of their own where their numbers are far larger or smaller.
 */
export function lossCurves(reports: readonly HistoryProgress[]): readonly CurveGroup[] {
  const players = playersOf(reports);
  const [only, ...others] = players;
  if (others.length > 0) return players.flatMap((player) => groupsOf(player, `${player.name}: `));
  if (only && only.terms.length > 0) return groupsOf(only, "");
  // reports of before know the network's loss alone
  const points = reports.map(({ step, loss }) => ({ step, value: loss ?? NaN }));
  return [{ title: "Loss (L1)", curves: [{ name: "", points }] }];
}

/** @param prefix of titles: whose they are, where there are several players */
function groupsOf({ terms, curveOf, termCurve }: SeenPlayer, prefix: string): readonly CurveGroup[] {
  const own: Curve = { name: "loss", points: curveOf("loss") };
  const size = largest(own);
  const curves = terms.map((term): Curve => ({ name: term, points: termCurve(term) }));
  const fits = (curve: Curve): boolean => {
    const other = largest(curve);
    return other <= farthest * size && size <= farthest * other;
  };
  return [
    { title: prefix === "" ? "Loss" : `${prefix}loss`, curves: [own, ...curves.filter(fits)] },
    ...curves
      .filter((curve) => !fits(curve))
      .map((curve) => ({ title: `${prefix}${curve.name}`, curves: [curve] })),
  ];
}

function largest({ points }: Curve): number {
  return points.reduce(
    (most, { value }) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most),
    0,
  );
}
