import js from "@eslint/js";
import prettier from "eslint-config-prettier";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import globals from "globals";
import tseslint from "typescript-eslint";

/**
 * Imports run one way: app → features → components → lib, and api below all of them.
 * A file reaches another folder only through "@/", so a pattern per zone is enough to prove it.
 */
const SIDEWAYS = { group: ["../*"], message: 'Reach another folder through "@/…".' };

/** Which features a feature may import: a declared order without cycles. */
const FEATURES = {
  keys: [],
  accounts: ["keys", "notifications"],
  notifications: [],
  syncs: [],
  webhooks: [],
  admin: [],
  operations: ["records"],
  activity: [],
  feeds: [],
  developer: [],
  records: [],
  explore: [],
  dashboard: ["explore", "uploads"],
  stock: [],
  invoices: [],
  uploads: ["imports"],
  imports: [],
  datasets: ["uploads", "imports"],
};

function zone(files, forbidden, message) {
  return {
    files,
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: forbidden.length ? [SIDEWAYS, { group: forbidden, message }] : [SIDEWAYS] },
      ],
    },
  };
}

function featureZone([name, allowed]) {
  const others = Object.keys(FEATURES).filter((one) => one !== name && !allowed.includes(one));
  return zone(
    [`src/features/${name}/**`],
    ["@/app/*", ...others.map((one) => `@/features/${one}/*`)],
    `features/${name} may import components, lib, api and features: ${allowed.join(", ") || "none"}.`,
  );
}

export default tseslint.config(
  { ignores: ["dist", "src/api/schema.d.ts"] },
  js.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/only-throw-error": [
        "error",
        // The router navigates by throwing its own redirect and not-found values.
        {
          allow: [
            {
              from: "package",
              package: "@tanstack/router-core",
              name: ["Redirect", "NotFoundError"],
            },
          ],
        },
      ],
      "no-restricted-imports": ["error", { patterns: [SIDEWAYS] }],
      complexity: ["error", 15],
    },
  },
  {
    files: ["src/**/*.tsx"],
    ...jsxA11y.flatConfigs.strict,
  },
  {
    files: ["src/**/*.{ts,tsx}"],
    plugins: { "react-hooks": reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      // It warns of the React Compiler, which is not used.
      "react-hooks/incompatible-library": "off",
    },
  },
  { files: ["public/**/*.js"], languageOptions: { globals: globals.browser } },
  { files: ["src/**/*.tsx"], rules: { "max-lines": ["error", 200] } },
  {
    files: ["src/**/*.{ts,tsx}"],
    ignores: ["src/**/*.test.{ts,tsx}"],
    rules: { "max-lines-per-function": ["error", 80] },
  },
  zone(
    ["src/api/**"],
    ["@/app/*", "@/features/*", "@/components/*", "@/lib/*"],
    "api imports nothing of the app.",
  ),
  zone(["src/lib/**"], ["@/app/*", "@/features/*", "@/components/*"], "lib imports api only."),
  zone(["src/components/**"], ["@/app/*", "@/features/*"], "components import lib and api only."),
  ...Object.entries(FEATURES).map(featureZone),
  prettier,
);
