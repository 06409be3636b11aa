import { cleanup, configure } from "@testing-library/react";
import { afterEach, beforeEach } from "vitest";
import { changeSettings, DEFAULT_SETTINGS } from "../src/state/settings";
import { toasts } from "../src/state/toasts";

// The test page has no layout: a list gets the height of a window, so that some rows exist.
Object.defineProperty(HTMLElement.prototype, "clientHeight", { get: () => 640 });
Object.defineProperty(HTMLElement.prototype, "clientWidth", { get: () => 360 });

configure({ asyncUtilTimeout: 20_000 });

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  changeSettings(DEFAULT_SETTINGS);
  window.location.hash = "#/";
});

afterEach(() => {
  cleanup();
  toasts.set([]);
});
