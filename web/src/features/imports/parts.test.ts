import { expect, it } from "vitest";

import { partsOf } from "@/features/imports/parts";
import { anImport } from "@/test/samples";

it("offers the sheets that were not read", () => {
  const run = anImport({ plan: { sheet: "Sales", sheets: ["Sales", "Costs"] } });
  expect(partsOf(run)).toMatchObject({ option: "sheet", choices: ["Costs"], isMissing: false });
});

it("offers the files of an archive where none was named", () => {
  const error = { code: "member_undecided", message: "-", members: ["a.csv", "b.csv"] };
  expect(partsOf(anImport({ error }))).toMatchObject({
    option: "member",
    choices: ["a.csv", "b.csv"],
    isMissing: true,
  });
});

it("offers the lists of a document where none was named", () => {
  const error = { code: "records_undecided", message: "-", lists: ["items", "meta.tags"] };
  expect(partsOf(anImport({ error }))).toMatchObject({ option: "records", isMissing: true });
});

it("offers nothing where the file has but one part", () => {
  expect(partsOf(anImport({ plan: { sheet: "Sales", sheets: ["Sales"] } }))).toBeNull();
  expect(partsOf(anImport())).toBeNull();
});
