import { Button } from "@mantine/core";
import { useIntersection } from "@mantine/hooks";
import { useEffect, type ReactNode } from "react";

interface Props {
  hasMore: boolean;
  isLoading: boolean;
  onMore: () => void;
  children?: ReactNode;
}

/** The end of a list that has more: loads it when scrolled to, or by its button. */
export function LoadMore({ hasMore, isLoading, onMore, children = "Show more" }: Props) {
  const { ref, entry } = useIntersection({ rootMargin: "200px" });
  const isSeen = entry?.isIntersecting === true;
  useEffect(() => {
    if (isSeen && hasMore && !isLoading) onMore();
  }, [isSeen, hasMore, isLoading, onMore]);
  if (!hasMore) return null;
  return (
    <div ref={ref} style={{ display: "grid", justifyContent: "center", padding: 12 }}>
      <Button variant="subtle" color="gray" loading={isLoading} onClick={onMore}>
        {children}
      </Button>
    </div>
  );
}
