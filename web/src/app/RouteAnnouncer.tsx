import { useRouterState } from "@tanstack/react-router";
import { useEffect, useState } from "react";

/** Reads the title of a newly opened page out to a screen reader. */
export function RouteAnnouncer() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const [title, setTitle] = useState("");
  useEffect(() => {
    // The page sets its title when its data is there, a moment after the address changed.
    const timer = setTimeout(() => {
      setTitle(document.title);
    }, 400);
    return () => {
      clearTimeout(timer);
    };
  }, [path]);
  return (
    <div className="visually-hidden" aria-live="polite">
      {title}
    </div>
  );
}
