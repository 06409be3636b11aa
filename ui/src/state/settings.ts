import { keep, recall } from "./keep";
import { store } from "./store";

/** The choices of colour. */
export type Theme = "system" | "light" | "dark" | "contrast";

/** The choices of row height. */
export type Density = "comfortable" | "compact";

/** How the interface looks and behaves on this machine. */
export interface Settings {
  /** "contrast" is high contrast, light or dark as the system is. */
  theme: Theme;
  density: Density;
  motion: "system" | "still";
  listWidth: number;
  contextOpen: boolean;
  /** The key chosen by the user, by action; an action that is not here has its own. */
  keys: Readonly<Record<string, string>>;
}

/** The settings of a machine that has none yet. */
export const DEFAULT_SETTINGS: Settings = {
  theme: "system",
  density: "comfortable",
  motion: "system",
  listWidth: 360,
  contextOpen: true,
  keys: {},
};

/** The settings of this machine. */
export const settings = store<Settings>({
  ...DEFAULT_SETTINGS,
  ...recall<Partial<Settings>>("ui", {}),
});

/** Changes some settings and remembers them. */
export function changeSettings(change: Partial<Settings>): void {
  settings.set((before) => ({ ...before, ...change }));
  keep("ui", settings.get());
}

/** Applies theme, contrast, density and motion to the page, and again whenever they change. */
export function followAppearance(): () => void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const contrast = matchMedia("(prefers-contrast: more)");
  const apply = () => {
    const { theme, density, motion } = settings.get();
    const root = document.documentElement;
    root.dataset.theme =
      theme === "light" || theme === "dark" ? theme : dark.matches ? "dark" : "light";
    root.dataset.contrast = theme === "contrast" || contrast.matches ? "more" : "normal";
    root.dataset.density = density;
    root.dataset.motion = motion;
  };
  apply();
  dark.addEventListener("change", apply);
  contrast.addEventListener("change", apply);
  const leave = settings.subscribe(apply);
  // Paper is light.
  const toPaper = () => {
    document.documentElement.dataset.theme = "light";
  };
  window.addEventListener("beforeprint", toPaper);
  window.addEventListener("afterprint", apply);
  return () => {
    window.removeEventListener("beforeprint", toPaper);
    window.removeEventListener("afterprint", apply);
    dark.removeEventListener("change", apply);
    contrast.removeEventListener("change", apply);
    leave();
  };
}

/** Returns whether things may move now. */
export function mayMove(): boolean {
  return (
    settings.get().motion !== "still" && !matchMedia("(prefers-reduced-motion: reduce)").matches
  );
}
