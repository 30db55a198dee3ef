import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { dayStart, nextDay } from "@/features/admin/days";
import { describeFreed } from "@/features/admin/freed";
import { jobPercent, jobPhase } from "@/features/admin/jobProgress";
import { eventWords } from "@/features/admin/kinds";
import { nameOf } from "@/features/admin/payload";
import { findQuotaProblem, toDraft, toQuota } from "@/features/admin/quotaDraft";
import { UsageBar } from "@/features/admin/UsageBar";
import { formatInteger } from "@/lib/format";
import { renderPage } from "@/test/renderPage";

describe("a quota", () => {
  it.each([null, 0, 1, 2_500_000_000])("is saved as it was read: %s", (value) => {
    const own = { storage_bytes: value, rows: null, running_jobs: null };
    expect(toQuota("storage_bytes", toDraft("storage_bytes", own))).toBe(value);
  });

  it("is not saved without its amount", () => {
    expect(findQuotaProblem({ choice: "own", amount: "" })).toMatch(/above 0/);
    expect(findQuotaProblem({ choice: "own", amount: 0 })).toMatch(/above 0/);
    expect(findQuotaProblem({ choice: "none", amount: "" })).toBeNull();
  });
});

describe("the use of a quota", () => {
  it("is a meter, and says when it is nearly full", async () => {
    await renderPage(<UsageBar label="Rows of Ada" used={95} limit={100} format={formatInteger} />);
    const meter = screen.getByRole("meter", { name: "Rows of Ada" });
    expect(meter).toHaveAttribute("aria-valuenow", "95");
    expect(meter).toHaveAttribute("data-full", "true");
    expect(screen.getByText("of 100")).toBeVisible();
  });

  it("has no bar without a limit", async () => {
    await renderPage(<UsageBar label="Rows" used={95} limit={0} format={formatInteger} />);
    expect(screen.queryByRole("meter")).not.toBeInTheDocument();
    expect(screen.getByText("no limit")).toBeVisible();
  });
});

describe("the days of the audit log", () => {
  it("take the whole of the last day", () => {
    const start = dayStart("2026-03-01");
    const end = nextDay("2026-03-01");
    expect(Date.parse(end ?? "") - Date.parse(start ?? "")).toBe(86_400_000);
    expect(dayStart("yesterday")).toBeUndefined();
    expect(nextDay(undefined)).toBeUndefined();
  });
});

describe("words", () => {
  it("name events, what they happened to, and what was freed", () => {
    expect(eventWords("user.password_reset_requested")).toBe("User password reset requested");
    expect(eventWords("sign_in.failed")).toBe("Sign-in failed");
    expect(nameOf({ dataset_name: "Sales", receipt: {} })).toBe("Sales");
    expect(nameOf({})).toBeNull();
    expect(describeFreed({ versions: 12, size_bytes: 73_400_000, events: 0 })).toBe(
      "12 versions, 73.4 MB",
    );
    expect(describeFreed({})).toBe("Nothing was to be removed");
  });

  it("tell how far any kind of job is", () => {
    expect(jobPercent({ phase: "parsing", bytes_done: 250, bytes_total: 1000 })).toBe(25);
    expect(jobPercent({ phase: "writing", percent: 40 })).toBe(40);
    expect(jobPercent({})).toBeNull();
    expect(jobPhase({ phase: "parsing", bytes_done: 250, bytes_total: 1000 })).toBe(
      "parsing · 250 B of 1.00 KB",
    );
  });
});
