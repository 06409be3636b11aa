import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { sayFailure } from "../../api/acts";
import { call } from "../../api/client";
import type { ChannelView } from "../../api/generated/wire";
import { useRead } from "../../api/queries";
import { ReadFailed } from "../../api/ReadFailed";
import { EmptyState } from "../../design/components/Banner";
import { Button, IconButton } from "../../design/components/Button";
import { Dialog } from "../../design/components/Dialog";
import { Menu } from "../../design/components/Menu";
import { Card, Line, Page, Section } from "../../design/components/Page";
import { type MarkState, StateMark } from "../../design/components/StateMark";
import { Ago } from "../../design/components/Time";
import { t, tcode } from "../../i18n";
import { announce } from "../../state/announcer";
import { notify } from "../../state/toasts";
import styles from "./connect.module.css";

const MARKS: Readonly<Record<string, MarkState>> = {
  live: "ok",
  connecting: "busy",
  catching_up: "busy",
  stale: "warn",
  needs_attention: "bad",
  off: "off",
};

/** The channels on which customers write, and how each is doing. */
export function ChannelsPage() {
  const navigate = useNavigate();
  const read = useRead("channel_list", {});
  const channels = read.data?.channels;
  const connect = (
    <Button tone="primary" icon="plus" onPress={() => void navigate({ to: "/channels/connect" })}>
      {t("channels.connect")}
    </Button>
  );
  return (
    <Page title={t("place.channels")} acts={channels && channels.length > 0 && connect}>
      {read.isError && !channels ? (
        <ReadFailed error={read.error} again={read.refetch} />
      ) : channels?.length === 0 ? (
        <EmptyState icon="channels" title={t("empty.channels")} acts={connect}>
          {t("empty.channels.text")}
        </EmptyState>
      ) : (
        <Section title={t("channels.connected")} text={t("channels.text")}>
          <Card>
            {channels?.map((channel) => (
              <ChannelLine key={channel.id} channel={channel} />
            ))}
          </Card>
        </Section>
      )}
    </Page>
  );
}

function ChannelLine({ channel }: { channel: ChannelView }) {
  const navigate = useNavigate();
  const [leaving, setLeaving] = useState(false);
  const retry = () => {
    call("channel_retry", { channel: channel.id }).then(
      () => announce(t("channels.retrying")),
      sayFailure,
    );
  };
  const remove = () => {
    setLeaving(false);
    call("channel_remove", { channel: channel.id }).then(
      () => notify(t("channels.removed", { name: channel.name })),
      sayFailure,
    );
  };
  const progress =
    channel.state === "catching_up" && channel.total > 0
      ? ` · ${t("channels.progress", { done: channel.done, total: channel.total })}`
      : "";
  return (
    <Line
      mark={<StateMark state={MARKS[channel.state] ?? "off"} />}
      name={channel.name || channel.address}
      hint={
        <>
          {channel.address && channel.address !== channel.name && `${channel.address} · `}
          {tcode("channel.state", channel.state)}
          {progress}
          {channel.state !== "live" && (
            <>
              {" · "}
              {t("channels.since")} <Ago at={channel.since} />
            </>
          )}
          {channel.detail && ` · ${channel.detail}`}
          {channel.hint && ` ${channel.hint}`}
        </>
      }
    >
      {channel.state !== "live" && channel.state !== "catching_up" && (
        <Button size="small" onPress={retry}>
          {t("channels.retry")}
        </Button>
      )}
      <Menu
        label={t("channels.more", { name: channel.name })}
        trigger={<IconButton icon="more" label={t("channels.more", { name: channel.name })} />}
        entries={[
          { id: "retry", name: t("channels.retry"), icon: "refresh", run: retry },
          ...(channel.config
            ? [
                {
                  id: "change",
                  name: t("channels.change"),
                  icon: "settings" as const,
                  run: () => void navigate({ to: "/channels/$id", params: { id: channel.id } }),
                },
              ]
            : []),
          "line",
          {
            id: "remove",
            name: t("channels.remove"),
            hint: t("channels.remove.hint"),
            icon: "close",
            run: () => setLeaving(true),
          },
        ]}
      />
      <Dialog
        label={t("channels.remove.title", { name: channel.name })}
        isOpen={leaving}
        onClose={() => setLeaving(false)}
      >
        <p>{t("channels.remove.text")}</p>
        {channel.waiting > 0 && <p>{t("channels.remove.waiting", { n: channel.waiting })}</p>}
        <div className={styles.acts}>
          <Button tone="primary" onPress={remove}>
            {t("channels.remove")}
          </Button>
          <Button onPress={() => setLeaving(false)}>{t("channels.remove.keep")}</Button>
        </div>
      </Dialog>
    </Line>
  );
}
