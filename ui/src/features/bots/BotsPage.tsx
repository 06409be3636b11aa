import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { sayFailure } from "../../api/acts";
import { call } from "../../api/client";
import type { BotView, DoorView } from "../../api/generated/wire";
import { useRead } from "../../api/queries";
import { EmptyState } from "../../design/components/Banner";
import { Button } from "../../design/components/Button";
import { Switch } from "../../design/components/Field";
import { NumberField } from "../../design/components/NumberField";
import { Card, Line, Page, Section } from "../../design/components/Page";
import { StateMark } from "../../design/components/StateMark";
import { Ago } from "../../design/components/Time";
import { t, tcode } from "../../i18n";
import { useNow } from "../../state/clock";
import { AddBot } from "./AddBot";
import { ConnectBot } from "./ConnectBot";
import styles from "./bots.module.css";
import { DOOR_MARKS, failedOfLate, markOfBot } from "./health";
import { OfficeDoor } from "./Office";

type Way = "door" | "connect";

/** The bots that may knock at the door, how each is doing, and the door itself. */
export function BotsPage() {
  const read = useRead("bot_list", {}).data;
  const navigate = useNavigate();
  const [adding, setAdding] = useState<Way>();
  // Where the focus comes back to when a form is put away.
  const [left, setLeft] = useState<Way>();
  const begin = (way: Way) => {
    setAdding(way);
    setLeft(way);
  };
  const add = (
    <>
      <Button icon="link" autoFocus={left === "connect"} onPress={() => begin("connect")}>
        {t("bots.connect")}
      </Button>
      <Button tone="primary" icon="plus" autoFocus={left === "door"} onPress={() => begin("door")}>
        {t("bots.add")}
      </Button>
    </>
  );
  const connected = (name?: string) => {
    setAdding(undefined);
    if (name !== undefined) void navigate({ to: "/bots/$name", params: { name } });
  };
  return (
    <Page title={t("place.bots")} acts={read && read.bots.length > 0 && !adding && add}>
      {adding === "door" && <AddBot onEnd={() => setAdding(undefined)} />}
      {adding === "connect" && <ConnectBot onEnd={connected} />}
      {read?.bots.length === 0 && !adding && (
        <EmptyState icon="bot" title={t("bots.empty")} acts={add}>
          {t("bots.empty.text")}
        </EmptyState>
      )}
      {read && read.bots.length > 0 && (
        <Section title={t("bots.list")} text={t("bots.list.text")}>
          <Card>
            {read.bots.map((bot) => (
              <BotLine key={bot.name} bot={bot} door={read.door} />
            ))}
          </Card>
        </Section>
      )}
      {read && <Door door={read.door} />}
    </Page>
  );
}

function BotLine({ bot, door }: { bot: BotView; door: DoorView }) {
  const now = useNow("half-minute");
  return (
    <Line
      mark={<StateMark state={markOfBot(bot, door, now)} />}
      name={
        <Link to="/bots/$name" params={{ name: bot.name }} className={styles.name}>
          {bot.name}
        </Link>
      }
      hint={
        <>
          {bot.brings_customers
            ? t("bots.brings")
            : t("bots.serves", { channel: bot.channel_name })}
          {" · "}
          {t("bots.within", { n: bot.answer_within_s })}
          {" · "}
          {bot.connector ? (
            `${tcode("bots.kind", bot.connector.kind)}, ${tcode("bot.connector.state", bot.connector.state)}`
          ) : bot.seen_at === null ? (
            t("bots.never")
          ) : (
            <>
              {t("bots.seen")} <Ago at={bot.seen_at} />
            </>
          )}
          {failedOfLate(bot, now) && ` · ${t("bots.failed")}`}
          {bot.holds > 0 && ` · ${t("bots.holds", { n: bot.holds })}`}
          {bot.webhook &&
            bot.webhook.state !== "ok" &&
            ` · ${t("hook.title")}: ${tcode("hook.state", bot.webhook.state)}`}
        </>
      }
    >
      {bot.ended > 0 && (
        <span className={styles.share}>
          {t("bots.contained", { n: bot.contained, ended: bot.ended })}
          <span className={styles.shareName}>{t("bots.contained.name")}</span>
        </span>
      )}
    </Line>
  );
}

function Door({ door }: { door: DoorView }) {
  const [port, setPort] = useState(door.port);
  const set = (open: boolean, at: number) => {
    call("door_set", { open, port: at, lan: door.lan.wanted }).catch(sayFailure);
  };
  const hint = () => {
    if (door.state === "failed") return door.problem;
    if (door.state === "closed") return t("door.closed.hint");
    return (
      <>
        <code className={styles.address}>{door.address}</code>
        {!door.switchable && ` · ${t("door.server.hint")}`}
      </>
    );
  };
  return (
    <Section title={t("door.title")} text={t("door.text")}>
      <Card>
        <Line
          mark={<StateMark state={DOOR_MARKS[door.state] ?? "off"} />}
          name={tcode("door.state", door.state)}
          hint={hint()}
        >
          {door.switchable && (
            <Switch isSelected={door.wanted} onChange={(open) => set(open, door.port)}>
              {t("door.switch")}
            </Switch>
          )}
        </Line>
        {door.switchable && (
          <Line name={t("door.port")}>
            <form
              className={styles.inLine}
              onSubmit={(event) => {
                event.preventDefault();
                if (port !== door.port) set(door.wanted, port);
              }}
            >
              <NumberField
                label={t("door.port")}
                bare
                min={1024}
                max={65_535}
                value={port}
                onChange={setPort}
              />
              <Button type="submit" size="small" isDisabled={port === door.port}>
                {t("door.port.save")}
              </Button>
            </form>
          </Line>
        )}
        <OfficeDoor door={door} />
      </Card>
    </Section>
  );
}
