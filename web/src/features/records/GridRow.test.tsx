import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { VirtualItem } from "@tanstack/react-virtual";
import { expect, it, vi } from "vitest";

import { toLooks } from "@/features/records/columnLooks";
import { GridRow } from "@/features/records/GridRow";
import { renderPage } from "@/test/renderPage";

const LOOKS = toLooks(
  [
    { name: "id", label: "ID", type: "text", nullable: false, position: 0 },
    { name: "amount", label: "Amount", type: "decimal(10,2)", nullable: true, position: 1 },
    { name: "city", label: "City", type: "text", nullable: true, position: 2 },
  ],
  [],
);

const at = (index: number): VirtualItem => ({
  index,
  key: index,
  start: index * 100,
  end: index * 100 + 100,
  size: 100,
  lane: 0,
});

async function drawRow(columns: VirtualItem[], row: Record<string, unknown> | undefined) {
  const onActive = vi.fn();
  const onOpen = vi.fn();
  await renderPage(
    <div role="grid">
      <GridRow
        index={4}
        top={0}
        row={row}
        looks={LOOKS}
        columns={columns}
        activeColumn={1}
        onActive={onActive}
        onOpen={onOpen}
      />
    </div>,
  );
  return { onActive, onOpen };
}

const ROW = { id: "007", amount: 95.7, city: null };

it("shows values as sent, decimals to their scale, and a missing value as null", async () => {
  await drawRow([at(0), at(1), at(2)], ROW);
  const cells = screen.getAllByRole("gridcell");
  expect(cells.map((cell) => cell.textContent)).toEqual(["007", "95.70", "null"]);
  expect(cells[1]).toHaveAttribute("aria-selected", "true");
});

it("draws only the columns that are in sight, under their own number", async () => {
  await drawRow([at(2)], ROW);
  const cells = screen.getAllByRole("gridcell");
  expect(cells).toHaveLength(1);
  expect(cells[0]).toHaveAttribute("aria-colindex", "3");
  expect(screen.getByRole("row")).toHaveAttribute("aria-rowindex", "6");
});

it("chooses a cell by a click and opens the row by a double click or its number", async () => {
  const { onActive, onOpen } = await drawRow([at(0)], ROW);
  await userEvent.click(screen.getByText("007"));
  expect(onActive).toHaveBeenLastCalledWith({ row: 4, column: 0 });
  await userEvent.dblClick(screen.getByText("007"));
  expect(onOpen).toHaveBeenLastCalledWith(4);
  onOpen.mockClear();
  await userEvent.click(screen.getByRole("rowheader"));
  expect(onOpen).toHaveBeenCalledExactlyOnceWith(4);
});

it("says that a row is still on its way", async () => {
  await drawRow([at(0)], undefined);
  expect(screen.getByText("Loading more rows")).toBeInTheDocument();
});
