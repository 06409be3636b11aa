import { useNavigate, useParams } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { call } from "../../api/client";
import { ApiFailure } from "../../api/errors";
import type { ChannelView, MailConfig } from "../../api/generated/wire";
import { useRead } from "../../api/queries";
import { ReadFailed } from "../../api/ReadFailed";
import { Banner } from "../../design/components/Banner";
import { Button, IconButton } from "../../design/components/Button";
import { Switch, TextField } from "../../design/components/Field";
import { Card, Line, Page, Section } from "../../design/components/Page";
import { t, tcode } from "../../i18n";
import { announce } from "../../state/announcer";
import { notify } from "../../state/toasts";
import styles from "./connect.module.css";
import { SignerField } from "./SignerField";

/** Changes what can be chosen of a mailbox that is connected. */
export function EditPage() {
  const { id } = useParams({ strict: false });
  const navigate = useNavigate();
  const read = useRead("channel_list", {});
  const channels = read.data?.channels;
  const channel = channels?.find((one) => one.id === id);
  const back = () => void navigate({ to: "/channels" });
  return (
    <Page
      title={channel ? t("channels.settingsOf", { name: channel.name }) : t("channels.settings")}
      back={<IconButton icon="back" label={t("place.channels")} onPress={back} />}
    >
      {!channels && read.isError && <ReadFailed error={read.error} again={read.refetch} />}
      {channels && !channel?.config && <p className={styles.muted}>{t("channels.noSettings")}</p>}
      {channel?.config && (
        <EditForm key={channel.id} channel={channel} stored={channel.config} onDone={back} />
      )}
    </Page>
  );
}

function EditForm({
  channel,
  stored,
  onDone,
}: {
  channel: ChannelView;
  stored: MailConfig;
  onDone: () => void;
}) {
  const [name, setName] = useState(stored.display_name);
  const [signer, setSigner] = useState(stored.authserv_id ?? "");
  const [watched, setWatched] = useState<readonly string[]>(stored.folders);
  const [secret, setSecret] = useState("");
  const [failure, setFailure] = useState<ApiFailure>();
  const [saving, setSaving] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSaving(true);
    setFailure(undefined);
    const { authserv_id: _, ...rest } = stored;
    const config: MailConfig = {
      ...rest,
      display_name: name.trim(),
      folders: [...watched],
      ...(signer.trim() && { authserv_id: signer.trim() }),
    };
    try {
      await call("channel_put", {
        id: channel.id,
        config,
        secret: secret || null,
        oauth_flow: null,
      });
      notify(t("channels.changed", { name: channel.name }));
      onDone();
    } catch (thrown) {
      const failed = ApiFailure.of(thrown);
      setFailure(failed);
      announce(failed.message, true);
    } finally {
      setSaving(false);
    }
  };

  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      <TextField
        label={t("channels.shownName")}
        hint={t("channels.shownName.hint")}
        autoComplete="off"
        value={name}
        onChange={setName}
      />
      <Section title={t("channels.folders")} text={t("channels.folders.text")}>
        <Folders channel={channel.id} stored={stored} watched={watched} onChange={setWatched} />
      </Section>
      <SignerField value={signer} onChange={setSigner} />
      {stored.auth === "password" && (
        <TextField
          label={t("channels.newPassword")}
          hint={t("channels.newPassword.hint")}
          type="password"
          autoComplete="off"
          value={secret}
          onChange={setSecret}
        />
      )}
      {failure && (
        <Banner tone="broken" icon="warning" hint={failure.hint}>
          {failure.message}
        </Banner>
      )}
      <div className={styles.acts}>
        <Button type="submit" tone="primary" isDisabled={saving}>
          {saving ? t("connect.saving") : t("channels.save")}
        </Button>
        <span className={styles.muted}>{t("connect.test.why")}</span>
      </div>
    </form>
  );
}

/** The folders that the server has, and which of them are watched. */
function Folders({
  channel,
  stored,
  watched,
  onChange,
}: {
  channel: string;
  stored: MailConfig;
  watched: readonly string[];
  onChange: (watched: readonly string[]) => void;
}) {
  const request = { id: channel, config: stored, secret: null, oauth_flow: null };
  const asked = useRead("channel_test", request);
  const there = asked.data?.folders;
  if (!there && asked.isError) {
    return <ReadFailed line error={asked.error} again={asked.refetch} />;
  }
  if (!there) return <p className={styles.muted}>{t("channels.folders.asking")}</p>;
  // One that is watched and not on the server any more can still be left out.
  const known = there.map((one) => one.name);
  const all = [
    ...there,
    ...watched.filter((name) => !known.includes(name)).map((name) => ({ name, role: "" })),
  ];
  return (
    <Card>
      {all.map((folder) => {
        const always = folder.role === "inbox" || folder.role === "sent";
        const others = watched.filter((name) => name !== folder.name);
        return (
          <Line
            key={folder.name}
            name={folder.name}
            hint={always ? t("channels.folders.always") : tcode("folder", folder.role, "")}
          >
            <Switch
              isSelected={always || watched.includes(folder.name)}
              isDisabled={always}
              onChange={(on) => onChange(on ? [...others, folder.name] : others)}
            >
              <span className="visually-hidden">{folder.name}</span>
            </Switch>
          </Line>
        );
      })}
    </Card>
  );
}
