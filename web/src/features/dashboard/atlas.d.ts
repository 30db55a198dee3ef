// The shapes of the map data; without this the compiler would work them out of a megabyte of JSON.
declare module "world-atlas/countries-110m.json" {
  import type { GeometryCollection, Topology } from "topojson-specification";
  const world: Topology<{ countries: GeometryCollection }>;
  export default world;
}

declare module "world-atlas/countries-50m.json" {
  import type { GeometryCollection, Topology } from "topojson-specification";
  const world: Topology<{ countries: GeometryCollection }>;
  export default world;
}

declare module "us-atlas/counties-10m.json" {
  import type { GeometryCollection, Topology } from "topojson-specification";
  const america: Topology<{ states: GeometryCollection; counties: GeometryCollection }>;
  export default america;
}
