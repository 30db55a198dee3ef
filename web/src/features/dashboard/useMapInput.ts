import {
  useEffect,
  useEffectEvent,
  useRef,
  useState,
  type Dispatch,
  type KeyboardEvent,
  type PointerEvent,
  type SetStateAction,
} from "react";

import { hold, zoomAt, type Size, type View } from "@/features/dashboard/geometry";
import { markAt, nextMark, type MapStore, type Mark } from "@/features/dashboard/storeMarks";

interface Options {
  marks: readonly Mark[];
  size: Size;
  onView: Dispatch<SetStateAction<View>>;
  onPick: (store: MapStore) => void;
}

const STEPS: Partial<Record<string, 1 | -1>> = {
  ArrowRight: 1,
  ArrowDown: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
};
const FACTORS: Partial<Record<string, number>> = { "+": 1.6, "-": 1 / 1.6 };
/** A pointer that moves less between down and up clicks. */
const CLICK_REACH = 4;

function pointOf(event: PointerEvent<HTMLElement>): [number, number] {
  const box = event.currentTarget.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

/** The wheel zooms only with Ctrl, as a pinch on a touchpad does: otherwise the page scrolls. */
function useWheel({ size, onView }: Pick<Options, "size" | "onView">) {
  const ref = useRef<HTMLDivElement>(null);
  const onWheel = useEffectEvent((event: WheelEvent) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const factor = Math.exp(-event.deltaY / 300);
    onView((old) => zoomAt(old, factor, [event.offsetX, event.offsetY], size));
  });
  useEffect(() => {
    const element = ref.current;
    const listen = (event: WheelEvent) => {
      onWheel(event);
    };
    // React's own listener could not keep the browser from zooming the page instead.
    element?.addEventListener("wheel", listen, { passive: false });
    return () => {
      element?.removeEventListener("wheel", listen);
    };
  }, []);
  return ref;
}

/**
 * Keys and pointer on the map as a whole, because a thousand buttons would be in everyone's way:
 * what is under the pointer or gone to by arrow keys, dragging, zooming, picking.
 */
export function useMapInput({ marks, size, onView, onPick }: Options) {
  const [activeId, setActiveId] = useState<string | null>(null);
  const dragged = useRef<{ x: number; y: number; hasMoved: boolean } | null>(null);
  const ref = useWheel({ size, onView });
  const active = marks.find(({ store }) => store.id === activeId) ?? null;
  const goTo = (mark: Mark | null) => setActiveId(mark?.store.id ?? null);

  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const from = dragged.current;
    const [dx, dy] = from ? [event.clientX - from.x, event.clientY - from.y] : [0, 0];
    if (!from || (!from.hasMoved && Math.hypot(dx, dy) < CLICK_REACH)) {
      goTo(markAt(marks, ...pointOf(event)));
      return;
    }
    dragged.current = { x: event.clientX, y: event.clientY, hasMoved: true };
    onView((old) => hold({ ...old, x: old.x + dx, y: old.y + dy }, size));
  };
  const onPointerUp = (event: PointerEvent<HTMLElement>) => {
    const wasDrag = dragged.current?.hasMoved === true;
    dragged.current = null;
    const hit = wasDrag ? null : markAt(marks, ...pointOf(event));
    if (hit) onPick(hit.store);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    const factor = FACTORS[event.key];
    if (step) goTo(nextMark(marks, active, step));
    else if (factor) {
      const at: [number, number] = active
        ? [active.x, active.y]
        : [size.width / 2, size.height / 2];
      onView((old) => zoomAt(old, factor, at, size));
    } else if (event.key === "Enter" && active) onPick(active.store);
    else return;
    event.preventDefault();
  };
  const handlers = {
    ref,
    tabIndex: 0,
    onKeyDown,
    onPointerMove,
    onPointerUp,
    onPointerDown: (event: PointerEvent) => {
      dragged.current = { x: event.clientX, y: event.clientY, hasMoved: false };
    },
    onPointerLeave: () => {
      dragged.current = null;
      goTo(null);
    },
    onBlur: () => goTo(null),
  };
  return { active, handlers };
}
