import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { sayFailure } from "../../api/acts";
import { call } from "../../api/client";
import type { Session, Settings } from "../../api/generated/wire";
import { changePreferences } from "../../api/preferences";
import { useSession } from "../../api/queries";
import { Button } from "../../design/components/Button";
import { Select, Switch, TextField } from "../../design/components/Field";
import { Card, Line, Page, Section } from "../../design/components/Page";
import { t } from "../../i18n";
import { changeSettings, settings as local } from "../../state/settings";
import { useStore } from "../../state/store";
import { notify } from "../../state/toasts";
import { KeySettings } from "./KeySettings";
import { LearningSettings } from "./LearningSettings";
import { MacroSettings } from "./MacroSettings";
import styles from "./settings.module.css";
import { TimesSettings } from "./TimesSettings";

/** How Baton looks and behaves at this desk. */
export function SettingsPage() {
  const session = useSession();
  const queries = useQueryClient();
  const { motion } = useStore(local);
  if (!session) return <Page title={t("place.settings")}>{null}</Page>;
  const { settings } = session;
  const change = (next: Partial<Settings>) => void changePreferences(queries, next);
  const toggle = (key: BooleanSetting) => (
    <Switch isSelected={settings[key]} onChange={(on) => change({ [key]: on })}>
      <span className="visually-hidden">{t(`settings.${key}`)}</span>
    </Switch>
  );

  return (
    <Page title={t("place.settings")}>
      <Profile session={session} />
      <Section title={t("settings.look")}>
        <Card>
          <Line name={t("settings.theme")}>
            <Select
              bare
              label={t("settings.theme")}
              value={settings.theme as "system" | "light" | "dark" | "contrast"}
              onChange={(theme) => change({ theme })}
              choices={[
                { id: "system", name: t("settings.theme.system") },
                { id: "light", name: t("settings.theme.light") },
                { id: "dark", name: t("settings.theme.dark") },
                { id: "contrast", name: t("settings.theme.contrast") },
              ]}
            />
          </Line>
          <Line name={t("settings.density")} hint={t("settings.density.hint")}>
            <Select
              bare
              label={t("settings.density")}
              value={settings.density as "comfortable" | "compact"}
              onChange={(density) => change({ density })}
              choices={[
                { id: "comfortable", name: t("settings.density.comfortable") },
                { id: "compact", name: t("settings.density.compact") },
              ]}
            />
          </Line>
          <Line name={t("settings.still")} hint={t("settings.still.hint")}>
            <Switch
              isSelected={motion === "still"}
              onChange={(still) => changeSettings({ motion: still ? "still" : "system" })}
            >
              <span className="visually-hidden">{t("settings.still")}</span>
            </Switch>
          </Line>
        </Card>
      </Section>
      <Section title={t("settings.interruptions")}>
        <Card>
          <Line name={t("settings.notify")} hint={t("settings.notify.hint")}>
            {toggle("notify")}
          </Line>
          <Line name={t("settings.notify_text")} hint={t("settings.notify_text.hint")}>
            {toggle("notify_text")}
          </Line>
          <Line name={t("settings.sound")}>{toggle("sound")}</Line>
          <Line name={t("settings.focus")} hint={t("settings.focus.hint")}>
            {toggle("focus")}
          </Line>
          <Line name={t("settings.quiet")} hint={t("settings.quiet.hint")}>
            <QuietHours settings={settings} onChange={change} />
          </Line>
        </Card>
      </Section>
      <Section title={t("settings.writing")}>
        <Card>
          <Line name={t("settings.undo")} hint={t("settings.undo.hint")}>
            <Select
              bare
              label={t("settings.undo")}
              value={String(settings.undo_seconds)}
              onChange={(seconds) => change({ undo_seconds: Number(seconds) })}
              choices={[...new Set([0, 5, 10, 20, 30, settings.undo_seconds])]
                .sort((a, b) => a - b)
                .map((n) => ({ id: String(n), name: t("time.seconds", { n }) }))}
            />
          </Line>
        </Card>
        <Signature settings={settings} onChange={change} />
      </Section>
      <MacroSettings />
      <TimesSettings />
      <LearningSettings />
      {session.desktop && (
        <Section title={t("settings.desktop")}>
          <Card>
            <Line name={t("settings.autostart")}>{toggle("autostart")}</Line>
            <Line name={t("settings.close_to_tray")} hint={t("settings.close_to_tray.hint")}>
              {toggle("close_to_tray")}
            </Line>
          </Card>
        </Section>
      )}
      <KeySettings settings={settings} onChange={change} />
      {session.demo && <Demo />}
    </Page>
  );
}

type BooleanSetting = "notify" | "notify_text" | "sound" | "focus" | "autostart" | "close_to_tray";

function Profile({ session }: { session: Session }) {
  const { agent } = session;
  const [name, setName] = useState(agent.display_name);
  const [address, setAddress] = useState(agent.address);
  useEffect(() => {
    setName(agent.display_name);
    setAddress(agent.address);
  }, [agent.display_name, agent.address]);
  const changed = name !== agent.display_name || address !== agent.address;
  const save = () => {
    call("profile_set", { display_name: name, address, available: agent.available }).then(
      () => notify(t("settings.saved")),
      sayFailure,
    );
  };
  return (
    <Section title={t("settings.you")} text={t("settings.you.text")}>
      <div className={styles.pair}>
        <TextField label={t("settings.name")} value={name} onChange={setName} />
        <TextField
          label={t("settings.address")}
          type="email"
          value={address}
          onChange={setAddress}
        />
      </div>
      {changed && (
        <div>
          <Button tone="primary" onPress={save} isDisabled={name.trim() === ""}>
            {t("settings.save")}
          </Button>
        </div>
      )}
    </Section>
  );
}

function QuietHours({
  settings,
  onChange,
}: {
  settings: Settings;
  onChange: (change: Partial<Settings>) => void;
}) {
  return (
    <div className={styles.hours}>
      <input
        type="time"
        className={styles.time}
        aria-label={t("settings.quiet.from")}
        value={settings.quiet_from}
        onChange={(event) => onChange({ quiet_from: event.target.value })}
      />
      <span aria-hidden="true">–</span>
      <input
        type="time"
        className={styles.time}
        aria-label={t("settings.quiet.to")}
        value={settings.quiet_to}
        onChange={(event) => onChange({ quiet_to: event.target.value })}
      />
    </div>
  );
}

function Signature({
  settings,
  onChange,
}: {
  settings: Settings;
  onChange: (change: Partial<Settings>) => void;
}) {
  const [text, setText] = useState(settings.signature);
  useEffect(() => setText(settings.signature), [settings.signature]);
  return (
    <label className={styles.area}>
      <span>{t("settings.signature")}</span>
      <textarea
        rows={3}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => text !== settings.signature && onChange({ signature: text })}
      />
    </label>
  );
}

function Demo() {
  const restart = () => {
    call("demo_restart", {}).then(() => notify(t("settings.demo.done")), sayFailure);
  };
  return (
    <Section title={t("settings.demo")} text={t("settings.demo.text")}>
      <div>
        <Button icon="refresh" onPress={restart}>
          {t("settings.demo.restart")}
        </Button>
      </div>
    </Section>
  );
}
