import type { ManagedWorkspace } from "@/api/types";

export type OwnQuotas = ManagedWorkspace["own_quotas"];
export type QuotaName = "storage_bytes" | "rows" | "running_jobs";

/** "default": as in the settings; "none": no limit; "own": the amount. */
export type QuotaChoice = "default" | "none" | "own";

export interface QuotaDraft {
  choice: QuotaChoice;
  /** In the unit of the field. */
  amount: number | "";
}

export const GIGABYTE = 1_000_000_000;

/** Units of the field in one of the API's. */
const UNITS: Record<QuotaName, number> = { storage_bytes: GIGABYTE, rows: 1, running_jobs: 1 };

export function toDraft(name: QuotaName, own: OwnQuotas): QuotaDraft {
  const value = own[name];
  if (value === null || value === undefined) return { choice: "default", amount: "" };
  if (value === 0) return { choice: "none", amount: "" };
  return { choice: "own", amount: value / UNITS[name] };
}

export function toQuota(name: QuotaName, { choice, amount }: QuotaDraft): number | null {
  if (choice === "default") return null;
  if (choice === "none") return 0;
  return amount === "" ? null : Math.round(amount * UNITS[name]);
}

/** Why a quota cannot be saved as it stands; null when it can. */
export function findQuotaProblem({ choice, amount }: QuotaDraft): string | null {
  return choice === "own" && (amount === "" || amount <= 0) ? "Enter an amount above 0." : null;
}
