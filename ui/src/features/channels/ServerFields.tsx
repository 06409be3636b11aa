import type { MailConfig, ServerConfig } from "../../api/generated/wire";
import { Select, TextField } from "../../design/components/Field";
import { t } from "../../i18n";
import styles from "./connect.module.css";

/** The servers by hand, for mailboxes that say nothing about themselves. */
export function ServerFields({
  config,
  onChange,
}: {
  config: MailConfig;
  onChange: (config: MailConfig) => void;
}) {
  const setLogin = (login: string) =>
    onChange({ ...config, imap: { ...config.imap, login }, smtp: { ...config.smtp, login } });
  return (
    <>
      <ServerLine
        name="IMAP"
        server={config.imap}
        onChange={(imap) => onChange({ ...config, imap })}
      />
      <ServerLine
        name="SMTP"
        server={config.smtp}
        onChange={(smtp) => onChange({ ...config, smtp })}
      />
      <TextField label={t("connect.loginName")} value={config.imap.login} onChange={setLogin} />
    </>
  );
}

function ServerLine({
  name,
  server,
  onChange,
}: {
  name: string;
  server: ServerConfig;
  onChange: (server: ServerConfig) => void;
}) {
  return (
    <div className={styles.server}>
      <TextField
        label={t("connect.host", { name })}
        value={server.host}
        onChange={(host) => onChange({ ...server, host: host.trim() })}
      />
      <TextField
        label={t("connect.port")}
        value={server.port === 0 ? "" : String(server.port)}
        onChange={(text) => {
          const port = Number(text.replace(/\D/g, "").slice(0, 5));
          onChange({ ...server, port: Math.min(65535, port) });
        }}
      />
      <Select
        label={t("connect.security")}
        value={server.security as "tls" | "starttls" | "plain"}
        onChange={(security) => onChange({ ...server, security })}
        choices={[
          { id: "tls", name: t("connect.security.tls") },
          { id: "starttls", name: t("connect.security.starttls") },
          {
            id: "plain",
            name: t("connect.security.plain"),
            hint: t("connect.security.plain.hint"),
          },
        ]}
      />
    </div>
  );
}
