import { amountOf } from "@/lib/amounts";
import { radiusOf, type Place, type Project, type View } from "@/features/dashboard/geometry";
import type { Measure } from "@/features/dashboard/dashboardSearch";

/** A store as the map shows it. */
export interface MapStore extends Place {
  /** Unlike every other store's, even where names are alike. */
  id: string;
  name: string;
  /** The value that a click filters by. */
  value: string;
  amounts: Record<Measure, string | null>;
  isPicked: boolean;
}

export interface Mark {
  store: MapStore;
  x: number;
  y: number;
  radius: number;
}

/** The stores as circles, the largest first so that small ones lie on top. */
export function toMarks(
  stores: readonly MapStore[],
  measure: Measure,
  project: Project,
  view: View,
): Mark[] {
  const amounts = stores.map(({ amounts: all }) => amountOf(all[measure]) ?? 0);
  const largest = Math.max(0, ...amounts);
  return stores
    .map((store, index) => {
      const [x, y] = project(store.lon, store.lat);
      const radius = radiusOf(amounts[index] ?? 0, largest);
      return { store, x: x * view.k + view.x, y: y * view.k + view.y, radius };
    })
    .sort((a, b) => b.radius - a.radius);
}

const REACH = 6;

/** The store under the pointer: the nearest of those whose circle it touches, or almost. */
export function markAt(marks: readonly Mark[], x: number, y: number): Mark | null {
  let best: Mark | null = null;
  let nearest = Infinity;
  for (const mark of marks) {
    const distance = Math.hypot(mark.x - x, mark.y - y);
    if (distance <= mark.radius + REACH && distance - mark.radius * 0.5 < nearest) {
      best = mark;
      nearest = distance - mark.radius * 0.5;
    }
  }
  return best;
}

/** The next store for the arrow keys, in the order of their size. */
export function nextMark(marks: readonly Mark[], current: Mark | null, step: 1 | -1): Mark | null {
  if (marks.length === 0) return null;
  const at = current ? marks.findIndex(({ store }) => store.id === current.store.id) : -1;
  const next =
    at < 0 ? (step > 0 ? 0 : marks.length - 1) : (at + step + marks.length) % marks.length;
  return marks[next] ?? null;
}
