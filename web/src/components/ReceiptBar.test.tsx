import { screen } from "@testing-library/react";
import { expect, it } from "vitest";

import { ReceiptBar } from "@/components/ReceiptBar";
import { renderPage } from "@/test/renderPage";
import { aReceipt } from "@/test/samples";

it("shows every part of a receipt, so that the reader can add it up", async () => {
  const receipt = aReceipt({
    read: 2823,
    loaded: 2800,
    rejected: 3,
    deduplicated: 15,
    skipped: 5,
  });
  await renderPage(<ReceiptBar receipt={receipt} />);
  expect(
    screen.getByRole("group", {
      name: "Receipt: 2,823 read = 2,800 loaded + 3 rejected + 15 deduplicated + 5 skipped",
    }),
  ).toBeVisible();
});

it("leaves out what is zero, but never what was loaded", async () => {
  await renderPage(<ReceiptBar receipt={aReceipt({ read: 4, loaded: 0, rejected: 4 })} />);
  expect(screen.getByRole("group")).toHaveAccessibleName("Receipt: 4 read = 0 loaded + 4 rejected");
});

it("draws the parts in proportion", async () => {
  const { container } = await renderPage(
    <ReceiptBar receipt={aReceipt({ read: 100, loaded: 75, rejected: 25 })} />,
  );
  const grown = [...container.querySelectorAll<HTMLElement>("span[data-part]")].map(
    ({ dataset, style }) => [dataset.part, style.flexGrow],
  );
  expect(grown).toEqual([
    ["loaded", "75"],
    ["rejected", "25"],
  ]);
});
