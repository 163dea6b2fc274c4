// Builds what pages load into src/kalends/web/static/dist, with a manifest that says which file is which.
import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  build: {
    outDir: "../src/kalends/web/static/dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    rollupOptions: { input: { main: "src/main.ts" } },
  },
});
