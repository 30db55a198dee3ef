import { MEASURES, MEASURE_WORDS } from "@/features/dashboard/dashboardSearch";
import styles from "@/features/dashboard/map.module.css";
import type { Mark } from "@/features/dashboard/storeMarks";
import { formatExact } from "@/lib/amounts";

const TIP_WIDTH = 260;

/** What a store on the map is called and sold; read out when one goes there by keyboard. */
export function MapTip({ mark: { store, x, y, radius }, width }: { mark: Mark; width: number }) {
  const isRight = x > width - TIP_WIDTH;
  return (
    <div
      className={styles.tip}
      role="status"
      style={{
        top: Math.max(4, y - 40),
        left: isRight ? undefined : x + radius + 8,
        right: isRight ? width - x + radius + 8 : undefined,
      }}
    >
      <strong>{store.name}</strong>
      {MEASURES.map((measure) =>
        store.amounts[measure] === null ? null : (
          <span key={measure}>
            {MEASURE_WORDS[measure]}: {formatExact(store.amounts[measure])}
          </span>
        ),
      )}
    </div>
  );
}
