import type { Messages } from "@/features/syncs/syncDraft";

const SHOWN =
  /^(name|dataset|template|changes|batch_size|schedule(\..+)?|destination\..+|secrets\..+|fields\.\d+\..+)$/;

/** Messages that belong to no field on screen. */
export function otherErrors(errors: Messages): string[] {
  return Object.entries(errors)
    .filter(([field]) => !SHOWN.test(field))
    .map(([, message]) => message);
}

/** The messages of a destination by its own fields, however the server wrote the path to them. */
export function destinationErrors(errors: Messages): Messages {
  const pairs = Object.entries(errors)
    .filter(([field]) => field.startsWith("destination."))
    .map(
      ([field, message]) =>
        [field.replace(/^destination\.(?:(?:http|sftp|s3|postgresql)\.)?/, ""), message] as const,
    );
  return Object.fromEntries(pairs);
}
