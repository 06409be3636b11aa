import "./design/base.css";
import "./design/print.css";
import "./design/fonts.css";
import "./design/tokens.css";
import { createRoot } from "react-dom/client";
import { adoptLocale } from "./i18n";
import { httpPlatform, takeToken } from "./platform/http";
import { inDesktopWindow, tauriPlatform } from "./platform/tauri";
import type { Platform } from "./platform/types";
import { App } from "./shell/App";

async function choosePlatform(): Promise<Platform> {
  if (inDesktopWindow()) return tauriPlatform();
  if (import.meta.env.MODE === "rehearsal") {
    const { rehearsalFromAddress } = await import("./platform/fake");
    return rehearsalFromAddress();
  }
  return httpPlatform(takeToken(location, history));
}

adoptLocale(navigator.languages);

const root = document.getElementById("root");
if (root) {
  const platform = await choosePlatform();
  createRoot(root).render(<App platform={platform} />);
}
