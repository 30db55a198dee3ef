import type { After } from "@/features/feeds/feedDraft";

/** What happens on the server with a file that has been imported. */
export function afterWords({ action, folder, suffix }: After): string {
  switch (action) {
    case "keep":
      return "The file stays where it is";
    case "move":
      return `The file is moved to ${folder ?? "a folder"}`;
    case "rename":
      return `The file's name gets ${suffix ?? "a suffix"}`;
    case "delete":
      return "The file is deleted there";
  }
}
