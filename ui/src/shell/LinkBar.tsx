import { link } from "../api/client";
import { useRead } from "../api/queries";
import { Banner } from "../design/components/Banner";
import { Button } from "../design/components/Button";
import { t } from "../i18n";
import { listOf } from "../i18n/format";
import { useStore } from "../state/store";

/** Says quietly that the engine or the mail servers cannot be heard, and how much waits. */
export function LinkBar() {
  const state = useStore(link);
  const waiting = useRead("views_get", {}).data?.outbox_waiting ?? 0;
  if (state === "refused") {
    return (
      <Banner tone="broken" icon="warning" hint={t("error.unauthorised.hint")}>
        {t("error.unauthorised")}
      </Banner>
    );
  }
  return state === "lost" ? <LinkLost waiting={waiting} /> : <MailOffline waiting={waiting} />;
}

/** Says quietly that the engine cannot be heard, and how much waits to be sent. */
export function LinkLost({ waiting }: { waiting: number }) {
  return (
    <Banner
      tone="quiet"
      icon="offline"
      acts={
        <Button size="small" tone="quiet" onPress={() => location.reload()}>
          {t("link.retry")}
        </Button>
      }
    >
      {waiting > 0 ? t("link.lost.waiting", { n: waiting }) : t("link.lost")}
    </Banner>
  );
}

// The program is there, the mail servers are not: nothing to do, and good to know.
function MailOffline({ waiting }: { waiting: number }) {
  const channels = useRead("channel_list", {}).data?.channels ?? [];
  const stale = channels.filter((one) => one.state === "stale").map((one) => one.name);
  if (stale.length === 0) return null;
  const names = listOf(stale);
  return (
    <Banner tone="quiet" icon="offline">
      {waiting > 0
        ? t("link.mail", { channels: names, n: waiting })
        : t("link.mail.none", { channels: names })}
    </Banner>
  );
}
