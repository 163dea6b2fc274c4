// Builds what pages load into src/kalends/web/static/dist, with a manifest that says which file is which, and the
// drawings of the icons that templates put into the page.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { icons } from "./src/icons.ts";

function iconFile(): Plugin {
  const drawing = (name: string): string => {
    const file = fileURLToPath(new URL(`./node_modules/@tabler/icons/icons/outline/${name}.svg`, import.meta.url));
    const inner = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(readFileSync(file, "utf8"));
    return (inner?.[1] ?? "").replace(/\s+/g, " ").trim();
  };
  return {
    name: "icons",
    generateBundle() {
      const drawings = Object.fromEntries(icons.map((name) => [name, drawing(name)]));
      this.emitFile({ type: "asset", fileName: "icons.json", source: JSON.stringify(drawings) });
    },
  };
}

export default defineConfig({
  base: "./",
  plugins: [iconFile()],
  build: {
    target: "es2022",
    cssTarget: ["chrome123", "firefox121", "safari17.5"],
    outDir: "../src/kalends/web/static/dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    rollupOptions: { input: { main: "src/main.ts" } },
  },
});
