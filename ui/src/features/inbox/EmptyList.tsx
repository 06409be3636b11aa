import { useNavigate } from "@tanstack/react-router";
import { useRead } from "../../api/queries";
import { EmptyState } from "../../design/components/Banner";
import { Button } from "../../design/components/Button";
import { t, tcode } from "../../i18n";

/** Says why a view is empty, what would fill it, and what to do next. */
export function EmptyList({ view, searching }: { view: string; searching: boolean }) {
  const navigate = useNavigate();
  const channels = useRead("channel_list", {}).data?.channels;
  if (searching) {
    return (
      <EmptyState icon="search" title={t("empty.search")}>
        {t("empty.search.text")}
      </EmptyState>
    );
  }
  if (channels?.length === 0) {
    return (
      <EmptyState
        icon="channels"
        title={t("empty.channels")}
        acts={
          <Button tone="primary" onPress={() => void navigate({ to: "/channels/connect" })}>
            {t("channels.connect")}
          </Button>
        }
      >
        {t("empty.channels.text")}
      </EmptyState>
    );
  }
  const key = view.startsWith("saved:") ? "saved" : view;
  return (
    <EmptyState
      icon={key === "mine" || key === "queue" || key === "escalated" ? "check" : "inbox"}
      title={tcode("empty", key, t("empty.other"))}
      acts={
        key === "mine" && (
          <Button
            action="go.queue"
            onPress={() => void navigate({ to: "/v/$view", params: { view: "queue" } })}
          >
            {t("empty.toQueue")}
          </Button>
        )
      }
    >
      {tcode("empty.text", key, t("empty.text.other"))}
    </EmptyState>
  );
}
