import type { SyncTarget } from "@/api/types";
import type { Fact } from "@/components/Facts";
import { KIND_WORDS } from "@/features/syncs/words";

const AUTH_WORDS = {
  none: "none",
  login: "signs in first",
  bearer: "bearer token",
  basic: "HTTP Basic",
  hmac: "each body is signed",
} as const;

const BODY_WORDS = {
  envelope: "an object with a list",
  array: "a list",
  lines: "JSON Lines",
  record: "one record for each request",
} as const;

function headerWords(headers: Readonly<Record<string, string>>): string | null {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return lines.length === 0 ? null : lines.join(", ");
}

/** The settings of a destination, in words. */
export function targetFacts(target: SyncTarget): Fact[] {
  const kind: Fact = ["Destination", KIND_WORDS[target.kind].word];
  switch (target.kind) {
    case "http":
      return [
        kind,
        ["Request", `${target.method} ${target.url}${target.path}`],
        ["Body", BODY_WORDS[target.body]],
        ["Name of the list", target.body === "envelope" && target.envelope],
        ["Authentication", AUTH_WORDS[target.auth.kind]],
        ["Username", target.auth.username ?? null],
        ["Headers", headerWords(target.headers)],
        ["Deleted rows", `${target.delete_method} ${target.delete_path ?? target.path}`],
        ["Time limit", `${target.timeout_seconds} s`],
      ];
    case "sftp":
      return [
        kind,
        ["Server", `${target.host}:${target.port}`],
        ["Username", target.username],
        ["Folder", target.folder],
        ["File name", target.file_name],
        ["Host key", target.host_key ?? "that of the first connection"],
      ];
    case "s3":
      return [
        kind,
        ["Bucket", target.bucket],
        ["Folder in it", target.prefix || null],
        ["Endpoint", target.endpoint ?? `Amazon, ${target.region}`],
        ["Access key id", target.access_key_id],
        ["File name", target.file_name],
      ];
    case "postgresql":
      return [
        kind,
        ["Server", `${target.host}:${target.port}`],
        ["Database", target.database],
        ["Table", `${target.table_schema}.${target.table}`],
        ["Username", target.username],
      ];
  }
}
