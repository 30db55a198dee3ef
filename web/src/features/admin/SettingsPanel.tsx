import { Switch, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { settingsQuery } from "@/api/admin";
import type { Setting } from "@/api/types";
import styles from "@/features/admin/admin.module.css";
import { Panel } from "@/features/admin/Panel";

function textOf(value: unknown): string {
  if (value === null || value === undefined || value === "") return "not set";
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.length > 0 ? value.map(textOf).join(", ") : "none";
  return JSON.stringify(value);
}

function SettingLine({ setting }: { setting: Setting }) {
  const { variable, value, is_changed, description } = setting;
  return (
    <div className={styles.setting} data-changed={is_changed}>
      <dt>
        <span className="mono">{variable}</span>
        <small>{description}</small>
      </dt>
      <dd>
        <span className="mono">{textOf(value)}</span>
        <small>
          {is_changed ? `set here; by default ${textOf(setting.default)}` : "by default"}
        </small>
      </dd>
    </div>
  );
}

function matches({ variable, description }: Setting, search: string): boolean {
  return `${variable} ${description}`.toLowerCase().includes(search.trim().toLowerCase());
}

/** Every setting with its value in effect, and whether somebody set it. */
export function SettingsPanel() {
  const query = useQuery(settingsQuery);
  const [search, setSearch] = useState("");
  const [onlyChanged, setOnlyChanged] = useState(false);
  const actions = (
    <div className={styles.toolbar}>
      <Switch
        size="xs"
        label="Only what is set"
        checked={onlyChanged}
        onChange={(event) => {
          setOnlyChanged(event.currentTarget.checked);
        }}
      />
      <TextInput
        size="xs"
        type="search"
        aria-label="Search settings"
        placeholder="Search settings"
        value={search}
        onChange={(event) => {
          setSearch(event.currentTarget.value);
        }}
      />
    </div>
  );
  return (
    <Panel
      title="Settings"
      lead="Set by environment variables or a .env file; a restart takes them up."
      actions={actions}
      isWhole
      query={query}
    >
      {({ items }) => {
        const shown = items.filter(
          (setting) => matches(setting, search) && (setting.is_changed || !onlyChanged),
        );
        if (shown.length === 0) return <p className={styles.none}>No setting matches.</p>;
        return (
          // It scrolls by itself, so it must be reachable by keyboard.
          // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          <div className={styles.settings} tabIndex={0} role="region" aria-label="Settings">
            <dl style={{ margin: 0 }}>
              {shown.map((setting) => (
                <SettingLine key={setting.name} setting={setting} />
              ))}
            </dl>
          </div>
        );
      }}
    </Panel>
  );
}
