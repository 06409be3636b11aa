import { link } from "../api/client";
import { useRead } from "../api/queries";
import { Banner } from "../design/components/Banner";
import { Button } from "../design/components/Button";
import { t } from "../i18n";
import { useStore } from "../state/store";

/** Says quietly that the engine cannot be heard, and how much waits. */
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
  if (state !== "lost") return null;
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
