import { expect, it } from "vitest";

import { describeEvent } from "@/features/activity/describeEvent";
import { anEvent, aReceipt } from "@/test/samples";

function sentence(event: Parameters<typeof describeEvent>[0]): string {
  const { before, dataset, after } = describeEvent(event);
  return `${before}${dataset ?? ""}${after}`;
}

it("tells what an import brought", () => {
  const payload = { dataset_slug: "sales", receipt: aReceipt({ loaded: 2820, rejected: 3 }) };
  expect(sentence(anEvent("import.succeeded", { payload }))).toBe(
    "Imported into sales: 2,820 rows, 3 rejects",
  );
});

it("tells why an import failed", () => {
  const payload = { dataset_slug: "sales", error: { code: "x", message: "Line 3 is broken." } };
  const event = anEvent("import.failed", { payload });
  expect(sentence(event)).toBe("The import into sales failed: Line 3 is broken.");
  expect(describeEvent(event).tone).toBe("bad");
});

it("names the dataset by its name where the event has it", () => {
  const payload = { dataset_slug: "sales", name: "Sales 2026" };
  expect(sentence(anEvent("dataset.created", { payload }))).toBe("Created dataset Sales 2026");
});

it("does not hide a kind of event that it does not know", () => {
  expect(sentence(anEvent("feed.ran"))).toBe("feed.ran sales");
});

it("tells of operations and keys", () => {
  const receipt = { rows_in: 6, rows_out: 4, removed: 2 };
  const payload = { dataset_slug: "sales", dataset_name: "Sales", receipt };
  expect(sentence(anEvent("operation.succeeded", { payload }))).toBe(
    "An operation on Sales kept 4 rows and removed 2 rows",
  );
  const made = anEvent("key.created", { payload: { name: "nightly" } });
  expect(sentence(made)).toBe("Made the API key nightly");
  expect(describeEvent(made).dataset).toBeNull();
});

it("tells of invoices, templates, feeds, syncs and webhooks by their names", () => {
  const told = (kind: string, payload: Record<string, unknown>) =>
    sentence(anEvent(kind, { payload }));
  expect(told("invoice.updated", { number: "INV-7", dataset_slug: "sales" })).toBe(
    "Changed invoice INV-7",
  );
  expect(told("dataset.adopted", { dataset_slug: "sales", template: "sales" })).toBe(
    "sales follows the template sales",
  );
  expect(told("feed.file_unrecognised", { feed: "nightly", path: "in/a.txt" })).toBe(
    "The file in/a.txt of the feed nightly was not recognised; it is kept",
  );
  expect(told("sync.failing", { sync_name: "Shop", message: "Connection refused." })).toBe(
    "The sync Shop fails: Connection refused.",
  );
  expect(told("webhook.created", { name: "Alarm" })).toBe("Made the webhook Alarm");
});
