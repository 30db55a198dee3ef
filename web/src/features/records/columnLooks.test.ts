import { expect, it } from "vitest";

import type { Column } from "@/api/types";
import { toLooks } from "@/features/records/columnLooks";
import { pageSize } from "@/features/records/useRecords";

const column = (name: string, type: string): Column => ({
  name,
  label: name,
  type,
  nullable: true,
  position: 0,
});

const COLUMNS = [
  column("day", "timestamp"),
  column("moment", "timestamp"),
  column("amount", "decimal(10,2)"),
  column("note", "text"),
  column("nothing", "timestamp"),
];

const ROWS = [
  { day: "2003-02-24T00:00:00", moment: "2003-02-24T00:00:00", amount: 1, note: "x".repeat(500) },
  { day: null, moment: "2003-02-24T09:30:00", amount: 2, note: "y", nothing: null },
];

it("shows dates only where every time is midnight", () => {
  const dateOnly = toLooks(COLUMNS, ROWS).filter((look) => look.isDateOnly);
  expect(dateOnly.map(({ name }) => name)).toEqual(["day"]);
});

it("sets numbers to the right and nothing else", () => {
  const right = toLooks(COLUMNS, ROWS).filter((look) => look.isRight);
  expect(right.map(({ name }) => name)).toEqual(["amount"]);
});

it("keeps one long text from taking the whole window", () => {
  const widths = toLooks(COLUMNS, ROWS).map(({ width }) => width);
  expect(Math.max(...widths)).toBeLessThanOrEqual(300);
  expect(Math.min(...widths)).toBeGreaterThanOrEqual(84);
});

it("asks for fewer rows at a time the wider the table is", () => {
  expect(pageSize(25)).toBe(200);
  expect(pageSize(500)).toBe(40);
  expect(pageSize(5000)).toBe(20);
});
