import { useEffect, useRef } from "react";
import type { AlertView, Settings } from "../api/generated/wire";
import { present } from "../state/clock";

const TONES: readonly (readonly [hertz: number, at: number])[] = [
  [659, 0],
  [880, 0.13],
];
const LENGTH_S = 0.16;
const LOUDNESS = 0.12;

/** Tells whether a time of day lies in quiet hours, which may go over midnight. */
export function isQuiet(settings: Pick<Settings, "quiet_from" | "quiet_to">, at: Date): boolean {
  const { quiet_from: from, quiet_to: to } = settings;
  if (!from || !to || from === to) return false;
  const now = `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
  return from < to ? now >= from && now < to : now >= from || now < to;
}

/** Tells whether a new alert may be heard: urgent ones always, others outside focus and quiet hours. */
export function maySound(alert: AlertView, settings: Settings, at: Date): boolean {
  if (!settings.sound) return false;
  return alert.urgent || (!settings.focus && !isQuiet(settings, at));
}

/** Plays two short rising tones, once for each new alert. */
export function useAlertSound(
  alerts: readonly AlertView[] | undefined,
  settings: Settings | undefined,
): void {
  const heard = useRef<Set<string>>(undefined);
  useEffect(() => {
    if (!settings || !alerts) return;
    // What was there when the window opened has already interrupted once.
    const known = heard.current ?? new Set(alerts.map((alert) => alert.row.id));
    const fresh = alerts.filter((alert) => !known.has(alert.row.id));
    heard.current = new Set(alerts.map((alert) => alert.row.id));
    if (fresh.some((alert) => maySound(alert, settings, new Date(present())))) play();
  }, [alerts, settings]);
}

function play(): void {
  try {
    const audio = new AudioContext();
    for (const [hertz, at] of TONES) {
      const tone = audio.createOscillator();
      const loudness = audio.createGain();
      tone.frequency.value = hertz;
      const start = audio.currentTime + at;
      loudness.gain.setValueAtTime(0, start);
      loudness.gain.linearRampToValueAtTime(LOUDNESS, start + 0.012);
      loudness.gain.exponentialRampToValueAtTime(0.001, start + LENGTH_S);
      tone.connect(loudness).connect(audio.destination);
      tone.start(start);
      tone.stop(start + LENGTH_S);
    }
    setTimeout(() => void audio.close(), 1_000);
  } catch {
    // A machine without sound still has the bar, the notification and the announcement.
  }
}
