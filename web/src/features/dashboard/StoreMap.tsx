import { ActionIcon, Skeleton } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { IconFocusCentered, IconMinus, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import { isAmerican, loadBasemap, type Basemap } from "@/features/dashboard/basemap";
import { MEASURE_WORDS, type Measure } from "@/features/dashboard/dashboardSearch";
import {
  boundsOf,
  fit,
  isInside,
  shownBox,
  widen,
  zoomAt,
  WHOLE,
  type Size,
  type View,
} from "@/features/dashboard/geometry";
import styles from "@/features/dashboard/map.module.css";
import { MapLayers } from "@/features/dashboard/MapLayers";
import { MapTip } from "@/features/dashboard/MapTip";
import { toMarks, type MapStore, type Mark } from "@/features/dashboard/storeMarks";
import { useMapInput } from "@/features/dashboard/useMapInput";

interface Props {
  stores: readonly MapStore[];
  measure: Measure;
  onPick: (store: MapStore) => void;
}

const HEIGHT = 360;
const STEP = 1.6;

/** The stores on a map, as circles as large as what they sold; a click filters by one. */
export default function StoreMap(props: Props) {
  const { ref, width } = useElementSize();
  const kind = isAmerican(props.stores) ? "america" : "world";
  const { data: basemap } = useQuery({
    queryKey: ["basemap", kind],
    queryFn: () => loadBasemap(kind),
    staleTime: Infinity,
  });
  return (
    <div ref={ref}>
      {basemap && width > 0 ? (
        <Drawn key={width} {...props} basemap={basemap} width={width} />
      ) : (
        <Skeleton h={HEIGHT} />
      )}
    </div>
  );
}

/** The picture stays where it is while filters change, unless a store is outside of it. */
function useBounds(stores: readonly MapStore[]) {
  const [bounds, setBounds] = useState(() => widen(boundsOf(stores)));
  if (stores.every((store) => isInside(store, bounds))) return bounds;
  const wider = widen(boundsOf(stores));
  setBounds(wider);
  return wider;
}

function Circles({ marks, active }: { marks: readonly Mark[]; active: Mark | null }) {
  const hasPick = marks.some(({ store }) => store.isPicked);
  return marks.map(({ store, x, y, radius }) => (
    <circle
      key={store.id}
      className={styles.store}
      cx={x}
      cy={y}
      r={radius}
      data-active={store.id === active?.store.id}
      data-dimmed={hasPick && !store.isPicked}
    />
  ));
}

function Drawn({
  stores,
  measure,
  onPick,
  basemap,
  width,
}: Props & { basemap: Basemap; width: number }) {
  const size = useMemo<Size>(() => ({ width, height: HEIGHT }), [width]);
  const bounds = useBounds(stores);
  const project = useMemo(() => fit(bounds, size), [bounds, size]);
  const box = useMemo(() => shownBox(project, size), [project, size]);
  const [view, setView] = useState<View>(WHOLE);
  const marks = useMemo(
    () => toMarks(stores, measure, project, view),
    [stores, measure, project, view],
  );
  const input = useMapInput({ marks, size, onView: setView, onPick });
  const zoom = (factor: number) => {
    setView((old) => zoomAt(old, factor, [width / 2, HEIGHT / 2], size));
  };
  return (
    <div style={{ position: "relative" }}>
      <div
        {...input.handlers}
        className={styles.frame}
        role="application"
        aria-label={`Map of ${stores.length} stores by ${MEASURE_WORDS[measure].toLowerCase()}. Arrow keys go from store to store, Enter filters by one.`}
        data-over={input.active !== null}
        data-zoomed={view.k > 1}
      >
        <svg width={width} height={HEIGHT} aria-hidden>
          <MapLayers basemap={basemap} project={project} box={box} view={view} />
          <Circles marks={marks} active={input.active} />
        </svg>
        {input.active && <MapTip mark={input.active} width={width} />}
      </div>
      <ZoomButtons view={view} onZoom={zoom} onReset={() => setView(WHOLE)} />
    </div>
  );
}

interface ZoomProps {
  view: View;
  onZoom: (factor: number) => void;
  onReset: () => void;
}

function ZoomButtons({ view, onZoom, onReset }: ZoomProps) {
  return (
    <div className={styles.zoom}>
      <ActionIcon aria-label="Zoom in" onClick={() => onZoom(STEP)}>
        <IconPlus size={16} />
      </ActionIcon>
      <ActionIcon aria-label="Zoom out" disabled={view.k === 1} onClick={() => onZoom(1 / STEP)}>
        <IconMinus size={16} />
      </ActionIcon>
      <ActionIcon aria-label="Show all stores" disabled={view.k === 1} onClick={onReset}>
        <IconFocusCentered size={16} />
      </ActionIcon>
    </div>
  );
}
