import type { QueryClient } from "@tanstack/react-query";
import { changeSettings, type Density, settings, type Theme } from "../state/settings";
import { sayFailure } from "./acts";
import { call } from "./client";
import type { Session, Settings } from "./generated/wire";

const SESSION = ["session_get", {}];

/** Takes over what the engine remembers of the look, so that every desk of a person is alike. */
export function adoptSettings(from: Settings): void {
  const now = settings.get();
  const theme = (["system", "light", "dark", "contrast"] as const).find(
    (one) => one === from.theme,
  );
  const density: Density = from.density === "compact" ? "compact" : "comfortable";
  const same =
    now.theme === (theme ?? now.theme) &&
    now.density === density &&
    JSON.stringify(now.keys) === JSON.stringify(from.keys);
  if (!same)
    changeSettings({ theme: (theme ?? now.theme) as Theme, density, keys: keysFrom(from) });
}

function keysFrom(from: Settings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(from.keys).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Changes some settings: here at once, and for good in the engine. */
export async function changePreferences(
  queries: QueryClient,
  change: Partial<Settings>,
): Promise<void> {
  const before = queries.getQueryData<Session>(SESSION);
  if (!before) return;
  const after: Settings = { ...before.settings, ...change };
  queries.setQueryData<Session>(SESSION, { ...before, settings: after });
  adoptSettings(after);
  try {
    await call("settings_set", { settings: after });
  } catch (thrown) {
    queries.setQueryData<Session>(SESSION, before);
    adoptSettings(before.settings);
    sayFailure(thrown);
  }
}
