import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// The content security policy of the window allows neither inline styles nor inline scripts, so
// nothing may be inlined into the page: fonts and icons stay files.
export default defineConfig({
  plugins: [react()],
  base: "./",
  clearScreen: false,
  server: { host: "127.0.0.1", port: 5173, strictPort: true },
  build: {
    target: ["safari16.4", "chrome110"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Read from the local disk: parsing it takes less than the frame it is read in.
    chunkSizeWarningLimit: 1_000,
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}", "test/**/*.test.{ts,tsx}"],
    setupFiles: ["test/setup.ts"],
    css: { modules: { classNameStrategy: "non-scoped" } },
    restoreMocks: true,
    // Generous, because a loaded machine is slow and not wrong.
    testTimeout: 120_000,
  },
});
