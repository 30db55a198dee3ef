import { memo } from "react";

import type { Basemap } from "@/features/dashboard/basemap";
import { toPath, type Box, type Project, type View } from "@/features/dashboard/geometry";
import styles from "@/features/dashboard/map.module.css";

interface Props {
  basemap: Basemap;
  project: Project;
  box: Box;
  view: View;
}

/** Counties are lines to go by only where they are wider than their names would be. */
const COUNTIES_UP_TO_DEGREES = 16;

const Paths = memo(function Paths({ basemap, project, box }: Omit<Props, "view">) {
  const isNear = box[2] - box[0] < COUNTIES_UP_TO_DEGREES;
  return (
    <>
      <path className={styles.land} d={toPath(basemap.land, project, box, true)} />
      {isNear && (
        <path className={styles.county} d={toPath(basemap.counties, project, box, false)} />
      )}
      <path className={styles.border} d={toPath(basemap.borders, project, box, false)} />
    </>
  );
});

/** Land, borders and counties under the stores. */
export function MapLayers({ view: { k, x, y }, ...paths }: Props) {
  return (
    <g transform={`translate(${x} ${y}) scale(${k})`}>
      <Paths {...paths} />
    </g>
  );
}
