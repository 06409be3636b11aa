import type { BotView, DoorView, WebhookView } from "../../api/generated/wire";
import type { MarkState } from "../../design/components/StateMark";

/** A bot that was not at the door for so long is not there; one that failed within it has failed of late. */
const AWAY = 10 * 60_000;

/** The sign of the door. */
export const DOOR_MARKS: Readonly<Record<string, MarkState>> = {
  open: "ok",
  closed: "off",
  failed: "bad",
};

/** The sign of a bot that Baton itself talks with. */
export const CONNECTOR_MARKS: Readonly<Record<string, MarkState>> = {
  off: "off",
  on: "ok",
  failing: "bad",
};

/** The sign of a webhook. */
export function markOfWebhook(webhook: WebhookView): MarkState {
  if (webhook.state === "stopped") return "bad";
  return webhook.state === "failing" ? "warn" : "ok";
}

/** Whether a bot has failed its customers a short while ago. */
export function failedOfLate(bot: BotView, now: number): boolean {
  return bot.failed_at !== null && now - bot.failed_at < AWAY;
}

/** The sign of a bot: what hinders it, or whether it was there of late. */
export function markOfBot(bot: BotView, door: DoorView, now: number): MarkState {
  if (bot.connector) {
    const mark = CONNECTOR_MARKS[bot.connector.state] ?? "off";
    return mark === "ok" && failedOfLate(bot, now) ? "warn" : mark;
  }
  if (door.state !== "open") return bot.holds > 0 ? "warn" : "off";
  if (bot.webhook && bot.webhook.state !== "ok") return markOfWebhook(bot.webhook);
  if (failedOfLate(bot, now)) return "warn";
  const here = bot.seen_at !== null && now - bot.seen_at < AWAY;
  if (here) return "ok";
  return bot.holds > 0 ? "warn" : "off";
}
