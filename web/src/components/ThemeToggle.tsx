import { SegmentedControl, useMantineColorScheme } from "@mantine/core";
import { IconDeviceDesktop, IconMoon, IconSun } from "@tabler/icons-react";

const OPTIONS = [
  { value: "light", label: "Light", icon: IconSun },
  { value: "auto", label: "As the system", icon: IconDeviceDesktop },
  { value: "dark", label: "Dark", icon: IconMoon },
] as const;

interface Props {
  /** Words beside the icons. */
  labelled?: boolean;
}

export function ThemeToggle({ labelled = false }: Props) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      aria-label="Colour scheme"
      size="xs"
      value={colorScheme}
      onChange={(value) => {
        setColorScheme(value);
      }}
      data={OPTIONS.map(({ value, label, icon: Icon }) => ({
        value,
        label: (
          <span style={{ display: "flex", alignItems: "center", gap: 6 }} title={label}>
            <Icon size={14} stroke={1.7} aria-hidden />
            <span className={labelled ? undefined : "visually-hidden"}>{label}</span>
          </span>
        ),
      }))}
    />
  );
}
