import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";

import { DropZone } from "@/features/uploads/DropZone";
import { renderPage } from "@/test/renderPage";

function fileInput(container: HTMLElement): HTMLInputElement {
  const input = container.querySelector<HTMLInputElement>("input[type=file]");
  if (!input) throw new Error("the drop zone has no file input");
  return input;
}

it("teaches in an empty workspace and stays short in a full one", async () => {
  const { unmount } = await renderPage(<DropZone size="large" onFiles={vi.fn()} />);
  expect(screen.getByText("Drop a CSV file to make a table of it")).toBeVisible();
  unmount();
  await renderPage(<DropZone size="band" onFiles={vi.fn()} />);
  expect(screen.getByText("Drop files anywhere on this page")).toBeVisible();
});

it("can be reached and named without a mouse", async () => {
  await renderPage(<DropZone size="band" onFiles={vi.fn()} />);
  await userEvent.tab();
  expect(screen.getByRole("button", { name: /Drop files anywhere/ })).toHaveFocus();
});

it("hands over all chosen files at once", async () => {
  const onFiles = vi.fn();
  const { container } = await renderPage(<DropZone size="band" onFiles={onFiles} />);
  const files = [new File(["a"], "a.csv"), new File(["b"], "b.CSV")];
  await userEvent.upload(fileInput(container), files);
  await waitFor(() => {
    expect(onFiles).toHaveBeenCalledOnce();
  });
  const given = onFiles.mock.calls[0]?.[0] as File[];
  expect(given.map(({ name }) => name)).toEqual(["a.csv", "b.CSV"]);
});
