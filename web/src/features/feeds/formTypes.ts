import type { FeedDraft } from "@/features/feeds/feedDraft";
import type { Feed } from "@/features/feeds/feedQueries";

/** What every part of the form works on. */
export interface FormPart {
  draft: FeedDraft;
  /** The saved feed; null for a new one. */
  feed: Feed | null;
  /** By the names of the API: "source.host". */
  errors: Readonly<Record<string, string>>;
  onChange: (part: Partial<FeedDraft>) => void;
}
