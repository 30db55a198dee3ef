import type { Position } from "geojson";

/** West, south, east, north, in degrees. */
export type Box = readonly [number, number, number, number];

export interface Place {
  lat: number;
  lon: number;
}

export interface Size {
  width: number;
  height: number;
}

/** Moves and stretches what was drawn, for zooming: x' = k·x + x. */
export interface View {
  k: number;
  x: number;
  y: number;
}

export type Project = (lon: number, lat: number) => [number, number];

export const WHOLE: View = { k: 1, x: 0, y: 0 };
export const MOST_ZOOM = 16;

/** Mercator, in degrees: what maps on screens are drawn in. Poles are cut off. */
function mercator(lat: number): number {
  const cut = Math.max(-85, Math.min(85, lat));
  return (Math.log(Math.tan(Math.PI / 4 + (cut * Math.PI) / 360)) * 180) / Math.PI;
}

/** The box around all places. */
export function boundsOf(places: readonly Place[]): Box {
  const box: [number, number, number, number] = [180, 90, -180, -90];
  for (const { lat, lon } of places) {
    box[0] = Math.min(box[0], lon);
    box[1] = Math.min(box[1], lat);
    box[2] = Math.max(box[2], lon);
    box[3] = Math.max(box[3], lat);
  }
  return box;
}

/** A box with room around it, and never so small that nothing of the land would be seen. */
export function widen([west, south, east, north]: Box, share = 0.12, least = 1.2): Box {
  const dx = Math.max((east - west) * share, (least - (east - west)) / 2);
  const dy = Math.max((north - south) * share, (least - (north - south)) / 2);
  return [west - dx, south - dy, east + dx, north + dy];
}

export function isInside({ lat, lon }: Place, [west, south, east, north]: Box): boolean {
  return lon >= west && lon <= east && lat >= south && lat <= north;
}

/** Puts the box into the middle of the picture, as large as it fits. */
export function fit([west, south, east, north]: Box, { width, height }: Size): Project {
  const top = mercator(north);
  const scale = Math.min(width / (east - west), height / (top - mercator(south)));
  const left = (width - (east - west) * scale) / 2;
  const above = (height - (top - mercator(south)) * scale) / 2;
  return (lon, lat) => [left + (lon - west) * scale, above + (top - mercator(lat)) * scale];
}

/** What of the world the picture shows beyond the box, because their shapes differ. */
export function shownBox(project: Project, { width, height }: Size): Box {
  const [x0] = project(0, 0);
  const [x1] = project(1, 0);
  const perDegree = x1 - x0;
  const inverse = (y: number) => {
    const [, equator] = project(0, 0);
    const m = (equator - y) / perDegree;
    return (Math.atan(Math.exp((m * Math.PI) / 180)) * 360) / Math.PI - 90;
  };
  return [-x0 / perDegree, inverse(height), (width - x0) / perDegree, inverse(0)];
}

function lineBox(line: readonly Position[]): Box {
  return boundsOf(line.map(([lon = 0, lat = 0]) => ({ lon, lat })));
}

function overlaps(a: Box, b: Box): boolean {
  return a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1];
}

/** Lines as the `d` of an SVG path; those wholly outside the box are left out. */
export function toPath(
  lines: readonly (readonly Position[])[],
  project: Project,
  box: Box,
  closed: boolean,
): string {
  return lines
    .filter((line) => overlaps(lineBox(line), box))
    .map((line) => {
      const points = line.map(([lon = 0, lat = 0]) =>
        project(lon, lat)
          .map((one) => one.toFixed(2))
          .join(" "),
      );
      return `M${points.join("L")}${closed ? "Z" : ""}`;
    })
    .join("");
}

/** Zooms about a point of the picture, never farther out than the whole. */
export function zoomAt(view: View, factor: number, at: [number, number], size: Size): View {
  const k = Math.max(1, Math.min(MOST_ZOOM, view.k * factor));
  const ratio = k / view.k;
  return hold(
    { k, x: at[0] - (at[0] - view.x) * ratio, y: at[1] - (at[1] - view.y) * ratio },
    size,
  );
}

/** Keeps the picture filled: no dragging beyond its edges. */
export function hold({ k, x, y }: View, { width, height }: Size): View {
  return {
    k,
    x: Math.min(0, Math.max(width * (1 - k), x)),
    y: Math.min(0, Math.max(height * (1 - k), y)),
  };
}

const LEAST_RADIUS = 3;
const MOST_RADIUS = 20;

/** The radius whose area stands for an amount; nothing sold is still a dot. */
export function radiusOf(amount: number, largest: number): number {
  if (amount <= 0 || largest <= 0) return LEAST_RADIUS;
  return LEAST_RADIUS + (MOST_RADIUS - LEAST_RADIUS) * Math.sqrt(amount / largest);
}
