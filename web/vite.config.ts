import { copyFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

// The server's package takes the web app in from here.
const target = fileURLToPath(new URL("../rowmill/static", import.meta.url));

/** Puts Swagger UI beside the page at /docs, so that no other host is needed to read the API. */
function swaggerFiles(): Plugin {
  return {
    name: "swagger-files",
    apply: "build",
    closeBundle() {
      const source = dirname(
        createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"),
      );
      mkdirSync(join(target, "swagger"), { recursive: true });
      for (const file of ["swagger-ui.css", "swagger-ui-bundle.js"]) {
        copyFileSync(join(source, file), join(target, "swagger", file));
      }
    },
  };
}

const backend = process.env.ROWMILL_BACKEND ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react(), swaggerFiles()],
  resolve: {
    alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) },
  },
  server: {
    host: "127.0.0.1",
    proxy: Object.fromEntries(
      ["/api", "/docs", "/openapi.json"].map((path) => [path, { target: backend }]),
    ),
  },
  build: {
    outDir: target,
    emptyOutDir: true,
    target: "es2022",
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      output: {
        // A few large files instead of dozens of tiny ones; pages and charts stay apart.
        codeSplitting: {
          groups: [
            {
              name: "react",
              test: /node_modules\/(react|react-dom|scheduler|@tanstack\/(react-router|router-core|history|react-store|store|react-query|query-core))\//,
              priority: 2,
            },
            {
              name: "ui",
              test: /node_modules\/(@mantine|@floating-ui|@tabler|clsx|react-remove-scroll)/,
              minShareCount: 7,
              priority: 1,
            },
            { name: "app", test: /\/src\/(api|app|components|lib)\//, minShareCount: 3 },
          ],
        },
      },
    },
  },
  test: {
    environment: "jsdom",
    setupFiles: ["./src/test/setup.ts"],
    css: false,
    restoreMocks: true,
    unstubGlobals: true,
    testTimeout: 30_000, // a machine that does other work as well is no reason to fail
  },
});
