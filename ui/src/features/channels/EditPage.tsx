import { useNavigate, useParams } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";
import { sayFailure } from "../../api/acts";
import { call } from "../../api/client";
import { ApiFailure } from "../../api/errors";
import type { ChannelView, FolderView, MailConfig } from "../../api/generated/wire";
import { useRead } from "../../api/queries";
import { Banner } from "../../design/components/Banner";
import { Button, IconButton } from "../../design/components/Button";
import { Switch, TextField } from "../../design/components/Field";
import { Card, Line, Page, Section } from "../../design/components/Page";
import { t, tcode } from "../../i18n";
import { announce } from "../../state/announcer";
import { notify } from "../../state/toasts";
import styles from "./connect.module.css";

/** Changes what can be chosen of a mailbox that is connected. */
export function EditPage() {
  const { id } = useParams({ strict: false });
  const navigate = useNavigate();
  const channels = useRead("channel_list", {}).data?.channels;
  const channel = channels?.find((one) => one.id === id);
  const back = () => void navigate({ to: "/channels" });
  return (
    <Page
      title={channel ? t("channels.settingsOf", { name: channel.name }) : t("channels.settings")}
      back={<IconButton icon="back" label={t("place.channels")} onPress={back} />}
    >
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
  const there = useFolders(channel.id, stored);

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
        <Folders there={there} watched={watched} onChange={setWatched} />
      </Section>
      <TextField
        label={t("connect.signer")}
        hint={t("connect.signer.hint")}
        autoComplete="off"
        value={signer}
        onChange={setSigner}
      />
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

/** The folders that the server has; none while it is asked. */
function useFolders(id: string, config: MailConfig): readonly FolderView[] | undefined {
  const [there, setThere] = useState<readonly FolderView[]>();
  // The server is asked once: what is typed meanwhile changes nothing of its folders.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    let gone = false;
    call("channel_test", { id, config, secret: null, oauth_flow: null }).then((tested) => {
      if (!gone) setThere(tested.folders);
    }, sayFailure);
    return () => {
      gone = true;
    };
  }, [id]);
  return there;
}

function Folders({
  there,
  watched,
  onChange,
}: {
  there: readonly FolderView[] | undefined;
  watched: readonly string[];
  onChange: (watched: readonly string[]) => void;
}) {
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
