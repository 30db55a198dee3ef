import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { templatesQuery } from "@/api/retail";

interface Props {
  value: string | null;
  onChange: (template: string | null) => void;
}

const NONE = "";

/** Which template the rows follow: a built-in one, one of the workspace, or none. */
export function TemplateField({ value, onChange }: Props) {
  const { data, isError } = useQuery(templatesQuery);
  const templates = data?.items ?? [];
  const chosen = templates.find(({ name }) => name === value);
  const what = chosen
    ? `The rows go into the workspace's one dataset of ${chosen.label}.`
    : "Says what the rows are, so that columns are found by their headers.";
  return (
    <Select
      label="Template"
      description={what}
      error={isError && "The templates could not be loaded."}
      allowDeselect={false}
      data={[
        { value: NONE, label: "None" },
        ...templates.map(({ name, label }) => ({ value: name, label })),
      ]}
      value={value ?? NONE}
      onChange={(name) => {
        onChange(name === NONE ? null : name);
      }}
    />
  );
}
