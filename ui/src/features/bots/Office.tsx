import { useState } from "react";
import { sayFailure } from "../../api/acts";
import { call } from "../../api/client";
import type { BotView, DoorView } from "../../api/generated/wire";
import { Button } from "../../design/components/Button";
import { TextField } from "../../design/components/Field";
import { Card, Line, Section } from "../../design/components/Page";
import { StateMark } from "../../design/components/StateMark";
import { t } from "../../i18n";
import { notify } from "../../state/toasts";
import styles from "./bots.module.css";
import { DOOR_MARKS } from "./health";
import { ShownOnce } from "./ShownOnce";

/** The door for bots on other machines of the office: where it is, and where it is to be. */
export function OfficeDoor({ door }: { door: DoorView }) {
  const { lan } = door;
  const [address, setAddress] = useState(lan.wanted);
  const set = (to: string) =>
    call("door_set", { open: door.wanted, port: door.port, lan: to }).catch(sayFailure);
  const hint = () => {
    if (lan.state === "failed") return lan.problem;
    if (lan.state === "closed") return t("office.closed.hint");
    return <code className={styles.address}>{lan.address}</code>;
  };
  const given = address.trim();
  const isOther = given !== "" && given !== lan.wanted;
  return (
    <>
      <Line
        mark={<StateMark state={DOOR_MARKS[lan.state] ?? "off"} />}
        name={t("office.title")}
        hint={hint()}
      >
        {door.switchable && lan.wanted !== "" && (
          <Button
            size="small"
            tone="quiet"
            onPress={() => {
              setAddress("");
              void set("");
            }}
          >
            {t("office.close")}
          </Button>
        )}
      </Line>
      {door.switchable && (
        <Line name={t("office.address")} hint={t("office.address.hint")}>
          <form
            className={styles.inLine}
            onSubmit={(event) => {
              event.preventDefault();
              if (isOther) void set(given);
            }}
          >
            <TextField
              label={t("office.address")}
              bare
              value={address}
              onChange={setAddress}
              placeholder="192.168.1.5"
              autoComplete="off"
            />
            <Button type="submit" size="small" isDisabled={!isOther}>
              {t("office.save")}
            </Button>
          </form>
        </Line>
      )}
    </>
  );
}

/** The secret with which a bot on another machine signs. */
export function Signing({ bot }: { bot: BotView }) {
  const [secret, setSecret] = useState<string>();
  const make = () => {
    call("bot_lan_set", { name: bot.name }).then((made) => setSecret(made.secret), sayFailure);
  };
  const remove = () => {
    call("bot_lan_remove", { name: bot.name }).then(() => {
      setSecret(undefined);
      notify(t("office.removed", { name: bot.name }));
    }, sayFailure);
  };
  return (
    <>
      <Section title={t("office.bot.title")} text={t("office.bot.text")}>
        <Card>
          <Line
            mark={<StateMark state={bot.signs ? "ok" : "off"} />}
            name={bot.signs ? t("office.bot.on") : t("office.bot.off")}
            hint={bot.signs ? t("office.bot.on.hint") : undefined}
          >
            <Button size="small" onPress={make}>
              {bot.signs ? t("office.bot.renew") : t("office.bot.make")}
            </Button>
            {bot.signs && (
              <Button size="small" tone="quiet" onPress={remove}>
                {t("office.bot.remove")}
              </Button>
            )}
          </Line>
        </Card>
      </Section>
      {secret !== undefined && (
        <ShownOnce
          title={t("office.secret.title", { name: bot.name })}
          text={t("office.secret.text")}
          words={secret}
          onDone={() => setSecret(undefined)}
        />
      )}
    </>
  );
}
