import {
  ActionIcon,
  Button,
  createTheme,
  defaultVariantColorsResolver,
  Menu,
  Modal,
  Paper,
  Tooltip,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from "@mantine/core";

const spruce: MantineColorsTuple = [
  "#eef6f2",
  "#dcebe4",
  "#b9d7c9",
  "#93c2ad",
  "#6cc5a0",
  "#4fae87",
  "#2f8a68",
  "#1d6b4f",
  "#175841",
  "#114533",
];

const stone: MantineColorsTuple = [
  "#faf9f6",
  "#f4f2ec",
  "#ebe8e0",
  "#e0dcd2",
  "#d3cec2",
  "#aaa599",
  "#6f6a61",
  "#66625a",
  "#46433c",
  "#292722",
];

const night: MantineColorsTuple = [
  "#ecebe6",
  "#d3d1c9",
  "#a39f94",
  "#7d796f",
  "#38362f",
  "#2a2925",
  "#1f1f1b",
  "#1a1a17",
  "#131311",
  "#0d0d0b",
];

/** Text on the accent colour: white on the deep green of light pages, ink on the mint of dark ones. */
const legibleOnAccent: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input);
  const isAccent = input.variant === "filled" && (input.color ?? "spruce") === "spruce";
  return isAccent ? { ...colors, color: "var(--rm-on-accent)" } : colors;
};

const brick: MantineColorsTuple = [
  "#fbeae7",
  "#f6d6d1",
  "#f0b9b1",
  "#ee9c90",
  "#f08a7c",
  "#d9574a",
  "#c23c2f",
  "#ad2f23",
  "#92261c",
  "#741d15",
];

const ochre: MantineColorsTuple = [
  "#faf0da",
  "#f4e1b6",
  "#edd08d",
  "#e8c271",
  "#e3b55c",
  "#d49a2a",
  "#b57d17",
  "#8a5a09",
  "#724a07",
  "#5a3a05",
];

export const theme = createTheme({
  colors: { spruce, gray: stone, dark: night, red: brick, yellow: ochre },
  primaryColor: "spruce",
  primaryShade: { light: 7, dark: 4 },
  variantColorResolver: legibleOnAccent,
  black: "#1d1c19",
  fontFamily: '"Geist Variable", system-ui, -apple-system, "Segoe UI", sans-serif',
  fontFamilyMonospace: '"Geist Mono Variable", ui-monospace, SFMono-Regular, Menlo, monospace',
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "18px" },
  headings: {
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "22px", lineHeight: "1.3" },
      h2: { fontSize: "16px", lineHeight: "1.4" },
      h3: { fontSize: "14px", lineHeight: "1.4" },
    },
  },
  defaultRadius: "8px",
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ defaultProps: { size: "sm" } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: "subtle", color: "gray" } }),
    Menu: Menu.extend({ defaultProps: { shadow: "md", width: 220 } }),
    Modal: Modal.extend({
      defaultProps: { centered: true, radius: 12 },
      styles: { title: { fontSize: 16, fontWeight: 600 } },
    }),
    Paper: Paper.extend({ defaultProps: { radius: 12, withBorder: true } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 350, withArrow: false } }),
  },
});

/** Gives Mantine's own surfaces the app's colours, in both schemes. */
export const cssVariablesResolver: CSSVariablesResolver = () => {
  const shared = {
    "--mantine-color-body": "var(--rm-surface)",
    "--mantine-color-text": "var(--rm-text)",
    "--mantine-color-dimmed": "var(--rm-muted)",
    "--mantine-color-default": "var(--rm-surface)",
    "--mantine-color-default-hover": "var(--rm-hover)",
    "--mantine-color-default-border": "var(--rm-border-strong)",
    "--mantine-color-placeholder": "var(--rm-faint)",
    "--mantine-color-error": "var(--rm-red)",
    "--mantine-color-anchor": "var(--rm-accent)",
  };
  return { variables: {}, light: shared, dark: shared };
};
