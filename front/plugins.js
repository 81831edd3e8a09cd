// Three small build steps of our own: unused CSS goes, plain names map to hashed ones, files are compressed once.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { PurgeCSS } from "purgecss";

// Where class names are written: templates, the code that names classes, scripts.
const CONTENT = [
  "src/hutong/**/templates/**/*.html",
  "src/hutong/channels/**/*.py",
  "src/hutong/*/screens.py",
  "src/hutong/*/screens/**/*.py",
  "front/src/**/*.ts",
];
const words = (text) => text.match(/[\w-]+/g) ?? [];

export function purged(root) {
  return {
    name: "hutong-purge",
    enforce: "post",
    generateBundle: {
      order: "post",
      async handler(_options, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type !== "asset" || !file.fileName.endsWith(".css")) continue;
          const [result] = await new PurgeCSS().purge({
            content: CONTENT.map((pattern) => root + pattern),
            css: [{ raw: file.source.toString() }],
            defaultExtractor: words,
            // The polyfill of light-dark() sets variables that look unused.
            safelist: { standard: [/^htmx-/], variables: [/lightningcss/] },
            variables: true,
            keyframes: true,
          });
          file.source = result.css;
        }
      },
    },
  };
}

export function manifest() {
  return {
    name: "hutong-manifest",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const names = {};
        for (const { fileName } of Object.values(bundle)) {
          const plain = fileName.replace(/-[\w-]{8}(\.\w+)$/, "$1");
          if (plain in names) throw new Error(`two built files are called ${plain}`);
          names[plain] = fileName;
        }
        this.emitFile({ type: "asset", fileName: "manifest.json", source: JSON.stringify(names, null, 1) });
      },
    },
  };
}

export function compressed() {
  let folder = "";
  return {
    name: "hutong-compress",
    enforce: "post",
    configResolved(config) {
      folder = config.build.outDir;
    },
    closeBundle() {
      for (const name of readdirSync(folder)) {
        if (!/\.(js|css|svg|json|webmanifest)$/.test(name) || name === "manifest.json") continue;
        const data = readFileSync(join(folder, name));
        writeFileSync(join(folder, name + ".gz"), gzipSync(data, { level: 9 }));
        const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
        writeFileSync(join(folder, name + ".br"), brotliCompressSync(data, { params }));
      }
    },
  };
}
