import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { describe, expect, it } from "vitest";

import type { Schedule } from "@/api/types";
import { ScheduleField } from "@/components/ScheduleField";
import { SecretField, type SecretChange } from "@/components/SecretField";
import { renderPage } from "@/test/renderPage";

describe("a secret", () => {
  function Form({ isSet }: { isSet: boolean }) {
    const [value, setValue] = useState<SecretChange>();
    return (
      <>
        <SecretField label="Password" isSet={isSet} value={value} onChange={setValue} />
        <output>{value === undefined ? "unchanged" : JSON.stringify(value)}</output>
      </>
    );
  }

  it("that is set stays unless it is replaced or removed", async () => {
    await renderPage(<Form isSet />);
    expect(screen.getByText("Set")).toBeVisible();
    expect(screen.queryByLabelText("Password", { selector: "input" })).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Remove Password" }));
    expect(screen.getByRole("status")).toHaveTextContent("null");
    await userEvent.click(screen.getByRole("button", { name: "Keep" }));
    expect(screen.getByRole("status")).toHaveTextContent("unchanged");
    await userEvent.click(screen.getByRole("button", { name: "Replace Password" }));
    await userEvent.type(screen.getByLabelText("Password", { selector: "input" }), "new");
    expect(screen.getByRole("status")).toHaveTextContent('"new"');
    await userEvent.click(screen.getByRole("button", { name: "Keep the one that is set" }));
    expect(screen.getByRole("status")).toHaveTextContent("unchanged");
  });

  it("that was typed and deleted again is as if nothing had been typed", async () => {
    await renderPage(<Form isSet={false} />);
    const field = screen.getByLabelText("Password", { selector: "input" });
    await userEvent.type(field, "a");
    await userEvent.clear(field);
    expect(screen.getByRole("status")).toHaveTextContent("unchanged");
  });
});

describe("a schedule", () => {
  function Form() {
    const [value, setValue] = useState<Schedule | null>({
      interval_seconds: 7200,
      time_zone: "UTC",
    });
    return (
      <>
        <ScheduleField value={value} onChange={setValue} />
        <output>{JSON.stringify(value)}</output>
      </>
    );
  }

  const choose = async (label: string, option: string) => {
    await userEvent.click(screen.getByRole("combobox", { name: label }));
    await userEvent.click(await screen.findByRole("option", { name: option }));
  };

  it("keeps its length when it is shown in another unit only by what is typed", async () => {
    await renderPage(<Form />);
    expect(screen.getByLabelText("Every")).toHaveValue("2");
    await userEvent.clear(screen.getByLabelText("Every"));
    await userEvent.type(screen.getByLabelText("Every"), "5");
    expect(screen.getByRole("status")).toHaveTextContent('"interval_seconds":18000');
    await choose("Unit", "minutes");
    expect(screen.getByRole("status")).toHaveTextContent('"interval_seconds":300');
  });

  it("can be none, and says what that means", async () => {
    await renderPage(<Form />);
    await choose("Runs", "Only when told to");
    expect(screen.getByRole("status")).toHaveTextContent("null");
    expect(screen.getByText(/when you press “Run now”/)).toBeVisible();
  });
});
