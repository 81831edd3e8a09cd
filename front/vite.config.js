// Builds what browsers load. Every file directly in front/src is an entry; parts lie in folders below it.
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { compressed, manifest, purged } from "./plugins.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const source = fileURLToPath(new URL("src/", import.meta.url));
const entries = readdirSync(source)
  .filter((name) => /\.(ts|css)$/.test(name) && !name.endsWith(".d.ts"))
  .map((name) => source + name);

export default defineConfig({
  root,
  base: "/static/built/",
  publicDir: false,
  logLevel: "warn",
  build: {
    outDir: root + "src/hutong/channels/static/built",
    emptyOutDir: true,
    // Offices still run browsers built on Chromium 86 (the last ones for Windows 7 are not much newer).
    target: ["chrome86", "firefox78", "safari14"],
    assetsInlineLimit: 0,
    modulePreload: false,
    cssCodeSplit: true,
    rollupOptions: {
      onwarn: (warning, warn) => {
        // htmx keeps eval for attributes that a strict content security policy never runs.
        if (!(warning.code === "EVAL" && warning.id?.includes("htmx.org"))) warn(warning);
      },
      input: entries,
      output: {
        entryFileNames: "[name]-[hash:8].js",
        chunkFileNames: "[name]-[hash:8].js",
        assetFileNames: "[name]-[hash:8][extname]",
      },
    },
  },
  plugins: [purged(root), manifest(), compressed()],
});
