import { IconBucket, IconFolder, IconServer, IconWorld } from "@tabler/icons-react";

import type { FeedKind } from "@/features/feeds/feedQueries";

export const KIND_ICONS: Record<FeedKind, typeof IconServer> = {
  sftp: IconServer,
  s3: IconBucket,
  folder: IconFolder,
  https: IconWorld,
};
