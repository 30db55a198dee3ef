import { Notifications } from "@mantine/notifications";
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import { PauseButton } from "@/components/RunControls";
import { useRunActions } from "@/components/useRunActions";
import { formatInZone } from "@/lib/format";
import { renderPage } from "@/test/renderPage";

const NEXT = {
  next_run_at: "2026-11-23T05:30:00Z",
  schedule: { cron: "30 6 * * *", time_zone: "Europe/Berlin" },
};
const calls = {
  run: vi.fn(() => Promise.resolve()),
  pause: vi.fn(() => Promise.resolve()),
  resume: vi.fn(() => Promise.resolve(NEXT)),
};

function Controls({ isPaused }: { isPaused: boolean }) {
  const { pause } = useRunActions({ name: "Shop", paused: isPaused }, ["feeds"], calls);
  return (
    <>
      <PauseButton isPaused={isPaused} pause={pause} />
      <Notifications />
    </>
  );
}

describe("what runs by itself", () => {
  it("says when it runs next, by the clock of its schedule, once it goes on", async () => {
    await renderPage(<Controls isPaused />);
    await userEvent.click(screen.getByRole("button", { name: "Resume" }));
    const moment = formatInZone(NEXT.next_run_at, "Europe/Berlin");
    expect(await screen.findByText(`Shop goes on. Next run: ${moment}`)).toBeInTheDocument();
    expect(calls.pause).not.toHaveBeenCalled();
  });

  it("says that it rests until somebody resumes it", async () => {
    await renderPage(<Controls isPaused={false} />);
    await userEvent.click(screen.getByRole("button", { name: "Pause" }));
    expect(await screen.findByText(/Shop is paused/)).toBeInTheDocument();
    expect(calls.pause).toHaveBeenCalledTimes(1);
  });
});
