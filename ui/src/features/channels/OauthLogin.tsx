import { useEffect, useState } from "react";
import { sayFailure } from "../../api/acts";
import { call, currentPlatform } from "../../api/client";
import type { MailConfig } from "../../api/generated/wire";
import { Button } from "../../design/components/Button";
import { TextField } from "../../design/components/Field";
import { t } from "../../i18n";
import styles from "./connect.module.css";

const POLL_MS = 1_200;

/** Logs in on the provider's own page, in the user's browser, with the team's own client. */
export function OauthLogin({
  config,
  onConfig,
  onFlow,
  done,
}: {
  config: MailConfig;
  onConfig: (config: MailConfig) => void;
  onFlow: (flow: string | undefined) => void;
  done: boolean;
}) {
  const [secret, setSecret] = useState("");
  const [flow, setFlow] = useState<string>();
  const [wrong, setWrong] = useState("");

  useEffect(() => {
    if (flow === undefined) return;
    const timer = setInterval(() => {
      call("oauth_poll", { flow }).then((now) => {
        if (now.state === "waiting") return;
        clearInterval(timer);
        setFlow(undefined);
        if (now.state === "done") onFlow(flow);
        else setWrong(now.text);
      }, sayFailure);
    }, POLL_MS);
    return () => clearInterval(timer);
  }, [flow, onFlow]);

  const start = () => {
    setWrong("");
    call("oauth_start", {
      provider: config.oauth_provider,
      address: config.address,
      client_id: config.oauth_client,
      client_secret: secret,
      auth_url: "",
      token_url: "",
      scopes: "",
    }).then((begun) => {
      setFlow(begun.flow);
      currentPlatform().openOutside(begun.url);
    }, sayFailure);
  };

  if (done) return <p>{t("oauth.done")}</p>;
  return (
    <>
      <div className={styles.pair}>
        <TextField
          label={t("oauth.client")}
          hint={t("oauth.client.hint")}
          value={config.oauth_client}
          onChange={(oauth_client) => onConfig({ ...config, oauth_client })}
        />
        <TextField
          label={t("oauth.secret")}
          hint={t("oauth.secret.hint")}
          type="password"
          autoComplete="off"
          value={secret}
          onChange={setSecret}
        />
      </div>
      <div className={styles.acts}>
        <Button onPress={start} isDisabled={config.oauth_client === "" || flow !== undefined}>
          {t("oauth.open")}
        </Button>
        <span className={styles.muted} role="status">
          {wrong || (flow !== undefined && t("oauth.waiting"))}
        </span>
      </div>
    </>
  );
}
