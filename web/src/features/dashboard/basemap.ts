import { feature, mesh } from "topojson-client";
import type { GeometryObject, Topology } from "topojson-specification";
import type { Feature, FeatureCollection, Geometry, Position } from "geojson";

import { isInside, type Box, type Place } from "@/features/dashboard/geometry";
import { retrying } from "@/lib/retrying";

/** What lies under the stores, coarse parts first. */
export interface Basemap {
  /** Closed rings, to be filled. */
  land: Position[][];
  /** Lines between countries or states. */
  borders: Position[][];
  /** Lines between counties; none outside the United States. */
  counties: Position[][];
}

const UNITED_STATES: readonly Box[] = [
  [-125, 24.3, -66.8, 49.4],
  [-170, 51, -129, 72],
  [-161, 18.5, -154, 22.5],
];

/** Whether every place may lie in the United States, whose counties are then worth showing. */
export function isAmerican(places: readonly Place[]): boolean {
  return places.every((place) => UNITED_STATES.some((box) => isInside(place, box)));
}

function ringsOf(geometry: Geometry): Position[][] {
  if (geometry.type === "Polygon") return geometry.coordinates;
  return geometry.type === "MultiPolygon" ? geometry.coordinates.flat() : [];
}

function fillOf(topology: Topology, object: GeometryObject): Position[][] {
  const found: Feature | FeatureCollection = feature(topology, object);
  const features = found.type === "FeatureCollection" ? found.features : [found];
  return features.flatMap(({ geometry }) => ringsOf(geometry));
}

function linesBetween(topology: Topology, object: GeometryObject): Position[][] {
  return mesh(topology, object, (a, b) => a !== b).coordinates;
}

async function loadAmerica(): Promise<Basemap> {
  const [around, inside] = await Promise.all([
    retrying(() => import("world-atlas/countries-110m.json")),
    retrying(() => import("us-atlas/counties-10m.json")),
  ]);
  const world = around.default;
  const america = inside.default;
  // The fine outline of the country covers the coarse one, which would show beside it.
  const others = world.objects.countries.geometries.filter(({ id }) => id !== "840");
  return {
    land: [
      ...fillOf(world, { type: "GeometryCollection", geometries: others }),
      ...fillOf(america, america.objects.states),
    ],
    borders: linesBetween(america, america.objects.states),
    counties: linesBetween(america, america.objects.counties),
  };
}

async function loadWorld(): Promise<Basemap> {
  const { default: world } = await retrying(() => import("world-atlas/countries-50m.json"));
  return {
    land: fillOf(world, world.objects.countries),
    borders: linesBetween(world, world.objects.countries),
    counties: [],
  };
}

/** The map for these places, from data that is shipped with the app. */
export function loadBasemap(kind: "america" | "world"): Promise<Basemap> {
  return kind === "america" ? loadAmerica() : loadWorld();
}
