import { describe, expect, it } from "vitest";

import { isAmerican } from "@/features/dashboard/basemap";
import {
  boundsOf,
  fit,
  hold,
  radiusOf,
  shownBox,
  toPath,
  widen,
  WHOLE,
  zoomAt,
} from "@/features/dashboard/geometry";
import { markAt, nextMark, toMarks, type MapStore } from "@/features/dashboard/storeMarks";

const SIZE = { width: 800, height: 400 };
const DES_MOINES = { lat: 41.59, lon: -93.62 };
const DUBUQUE = { lat: 42.5, lon: -90.66 };
const PARIS = { lat: 48.85, lon: 2.35 };

function aStore(id: string, place: { lat: number; lon: number }, sales: string): MapStore {
  const amounts = { sales, profit: null, units: null };
  return { ...place, id, name: id, value: id, amounts, isPicked: false };
}

describe("the picture", () => {
  it("shows every store, with room around", () => {
    const project = fit(widen(boundsOf([DES_MOINES, DUBUQUE])), SIZE);
    for (const { lat, lon } of [DES_MOINES, DUBUQUE]) {
      const [x, y] = project(lon, lat);
      expect(x).toBeGreaterThan(10);
      expect(x).toBeLessThan(790);
      expect(y).toBeGreaterThan(10);
      expect(y).toBeLessThan(390);
    }
  });

  it("has north above and east to the right", () => {
    const project = fit(widen(boundsOf([DES_MOINES, DUBUQUE])), SIZE);
    const [west, south] = project(DES_MOINES.lon, DES_MOINES.lat);
    const [east, north] = project(DUBUQUE.lon, DUBUQUE.lat);
    expect(east).toBeGreaterThan(west);
    expect(north).toBeLessThan(south);
  });

  it("does not shrink to a point when there is one store", () => {
    const [west, south, east, north] = widen(boundsOf([DES_MOINES]));
    expect(east - west).toBeCloseTo(1.2);
    expect(north - south).toBeCloseTo(1.2);
  });

  it("leaves out land that is not in it", () => {
    const project = fit(widen(boundsOf([DES_MOINES, DUBUQUE])), SIZE);
    const box = shownBox(project, SIZE);
    const far = [
      [
        [2, 48],
        [3, 48],
        [3, 49],
      ],
    ];
    const near = [
      [
        [-93, 41],
        [-92, 41],
        [-92, 42],
      ],
    ];
    expect(toPath(far, project, box, true)).toBe("");
    expect(toPath(near, project, box, true)).toMatch(/^M.*Z$/);
  });

  it("has counties only where all stores are in the United States", () => {
    expect(isAmerican([DES_MOINES, DUBUQUE])).toBe(true);
    expect(isAmerican([DES_MOINES, PARIS])).toBe(false);
  });
});

describe("zooming", () => {
  it("keeps what is under the pointer there", () => {
    const view = zoomAt(WHOLE, 2, [300, 100], SIZE);
    expect([150 * view.k + view.x, 50 * view.k + view.y]).not.toEqual([300, 100]);
    expect([300 * view.k + view.x, 100 * view.k + view.y]).toEqual([300, 100]);
  });

  it("never shows beyond the edges", () => {
    expect(hold({ k: 2, x: 50, y: -900 }, SIZE)).toEqual({ k: 2, x: 0, y: -400 });
    expect(zoomAt(WHOLE, 0.1, [0, 0], SIZE)).toEqual(WHOLE);
  });
});

describe("the stores on it", () => {
  const project = fit(widen(boundsOf([DES_MOINES, DUBUQUE])), SIZE);
  const stores = [aStore("small", DES_MOINES, "100.00"), aStore("large", DUBUQUE, "400.00")];
  const marks = toMarks(stores, "sales", project, WHOLE);

  it("have areas that stand for what they sold", () => {
    expect(radiusOf(400, 400)).toBe(20);
    expect(radiusOf(100, 400) - 3).toBeCloseTo((20 - 3) / 2);
    expect(radiusOf(-5, 400)).toBe(3);
  });

  it("are found by pointer, the nearest one, and not from afar", () => {
    const [small] = marks.filter(({ store }) => store.id === "small");
    if (!small) throw new Error("the store is drawn");
    expect(markAt(marks, small.x + 2, small.y)?.store.id).toBe("small");
    expect(markAt(marks, small.x + 200, small.y + 50)).toBeNull();
  });

  it("are gone through by keys from the largest on, and around", () => {
    const first = nextMark(marks, null, 1);
    expect(first?.store.id).toBe("large");
    expect(nextMark(marks, first, 1)?.store.id).toBe("small");
    expect(nextMark(marks, first, -1)?.store.id).toBe("small");
  });
});
