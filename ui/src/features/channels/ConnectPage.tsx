import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { call } from "../../api/client";
import { ApiFailure } from "../../api/errors";
import type { Candidate, ChannelTested, MailConfig } from "../../api/generated/wire";
import { Banner } from "../../design/components/Banner";
import { Button, IconButton } from "../../design/components/Button";
import { TextField } from "../../design/components/Field";
import { Card, Line, Page, Section } from "../../design/components/Page";
import { StateMark } from "../../design/components/StateMark";
import { t, tcode } from "../../i18n";
import { capital } from "../../i18n/format";
import { announce } from "../../state/announcer";
import { notify } from "../../state/toasts";
import styles from "./connect.module.css";
import { OauthLogin } from "./OauthLogin";
import { ServerFields } from "./ServerFields";
import { SignerField } from "./SignerField";

type Busy = "no" | "discover" | "test" | "save";

/** Connects a mailbox: the address finds its servers, the login is tested, then it is saved. */
export function ConnectPage() {
  const navigate = useNavigate();
  const [address, setAddress] = useState("");
  const [candidates, setCandidates] = useState<readonly Candidate[]>();
  const [config, setConfig] = useState<MailConfig>();
  const [note, setNote] = useState("");
  const [secret, setSecret] = useState("");
  const [flow, setFlow] = useState<string>();
  const [editing, setEditing] = useState(false);
  const [tested, setTested] = useState<ChannelTested>();
  const [signer, setSigner] = useState("");
  const [failure, setFailure] = useState<ApiFailure>();
  const [busy, setBusy] = useState<Busy>("no");

  const attempt = async (what: Busy, work: () => Promise<void>) => {
    setBusy(what);
    setFailure(undefined);
    try {
      await work();
    } catch (thrown) {
      const failed = ApiFailure.of(thrown);
      setFailure(failed);
      announce(failed.message, true);
    } finally {
      setBusy("no");
    }
  };

  const choose = (candidate: Candidate) => {
    setConfig(candidate.config);
    setNote(candidate.note);
    setTested(undefined);
    setEditing(candidate.source === "guess");
  };

  const discover = () =>
    attempt("discover", async () => {
      const found = (await call("channel_discover", { address: address.trim() })).candidates;
      setCandidates(found);
      const best = found[0];
      if (best) choose(best);
      announce(t("connect.found", { n: found.length }));
    });

  const put = () => ({
    id: null,
    config: {
      ...(config as MailConfig),
      ...(signer.trim() && { authserv_id: signer.trim() }),
    },
    secret: secret || null,
    oauth_flow: flow ?? null,
  });

  const test = () =>
    attempt("test", async () => {
      const result = await call("channel_test", put());
      setTested(result);
      setSigner(result.authserv_id ?? "");
      announce(t(result.ok ? "connect.tested.ok" : "connect.tested.bad"), !result.ok);
    });

  const save = () =>
    attempt("save", async () => {
      const saved = await call("channel_put", put());
      notify(t("connect.saved", { name: saved.address }));
      void navigate({ to: "/channels" });
    });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!config) void discover();
    else if (!tested?.ok) void test();
    else void save();
  };

  const ready = config && (config.auth === "oauth2" ? flow !== undefined : secret !== "");

  return (
    <Page
      title={t("channels.connect")}
      back={
        <IconButton
          icon="back"
          label={t("place.channels")}
          onPress={() => void navigate({ to: "/channels" })}
        />
      }
    >
      <form className={styles.form} onSubmit={submit}>
        <TextField
          label={t("connect.address")}
          hint={t("connect.address.hint")}
          type="email"
          autoComplete="email"
          autoFocus
          isRequired
          value={address}
          onChange={(next) => {
            setAddress(next);
            setConfig(undefined);
            setCandidates(undefined);
            setTested(undefined);
          }}
        />
        {!config && (
          <div className={styles.acts}>
            <Button
              type="submit"
              tone="primary"
              isDisabled={!/^\S+@\S+$/.test(address.trim()) || busy !== "no"}
            >
              {busy === "discover" ? t("connect.looking") : t("connect.next")}
            </Button>
            {busy === "discover" && (
              <span className={styles.muted}>{t("connect.looking.where")}</span>
            )}
          </div>
        )}
        {failure && (
          <Banner tone="broken" icon="warning" hint={failure.hint}>
            {failure.message}
          </Banner>
        )}
        {config && candidates && (
          <>
            <Section title={t("connect.servers")} text={sourceOf(candidates, config)}>
              {editing ? (
                <ServerFields
                  config={config}
                  onChange={(next) => {
                    setConfig(next);
                    setTested(undefined);
                  }}
                />
              ) : (
                <div className={styles.found}>
                  <ServerFacts config={config} />
                  <div className={styles.acts}>
                    <Button size="small" onPress={() => setEditing(true)}>
                      {t("connect.change")}
                    </Button>
                    {candidates
                      .filter((one) => one.config !== config)
                      .slice(0, 2)
                      .map((one) => (
                        <Button
                          key={`${one.source} ${one.config.imap.host} ${one.config.auth}`}
                          size="small"
                          onPress={() => choose(one)}
                        >
                          {t("connect.other", {
                            host: one.config.imap.host,
                            how: authName(one.config),
                          })}
                        </Button>
                      ))}
                  </div>
                </div>
              )}
            </Section>
            {note && <p className={styles.note}>{note}</p>}
            <Section title={t("connect.login")}>
              {config.auth === "oauth2" ? (
                <OauthLogin
                  config={config}
                  onConfig={setConfig}
                  onFlow={setFlow}
                  done={flow !== undefined}
                />
              ) : (
                <TextField
                  label={t("connect.password")}
                  hint={t("connect.password.hint")}
                  type="password"
                  autoComplete="off"
                  value={secret}
                  onChange={(next) => {
                    setSecret(next);
                    setTested(undefined);
                  }}
                />
              )}
            </Section>
            {tested && <TestSteps tested={tested} />}
            {tested?.ok && <SignerField value={signer} onChange={setSigner} />}
            <div className={styles.acts}>
              <Button type="submit" tone="primary" isDisabled={!ready || busy !== "no"}>
                {tested?.ok
                  ? busy === "save"
                    ? t("connect.saving")
                    : t("connect.save")
                  : busy === "test"
                    ? t("connect.testing")
                    : t("connect.test")}
              </Button>
              {!tested?.ok && <span className={styles.muted}>{t("connect.test.why")}</span>}
            </div>
          </>
        )}
      </form>
    </Page>
  );
}

function sourceOf(candidates: readonly Candidate[], config: MailConfig): string {
  const from = candidates.find((one) => one.config.imap.host === config.imap.host)?.source;
  return tcode("connect.source", from ?? "guess", "");
}

function authName(config: MailConfig): string {
  return config.auth === "oauth2" ? t("connect.auth.oauth2") : t("connect.auth.password");
}

function ServerFacts({ config }: { config: MailConfig }) {
  const server = (one: MailConfig["imap"]) =>
    `${one.host}:${one.port} · ${tcode("connect.security", one.security)}`;
  return (
    <dl className={styles.facts}>
      <dt>IMAP</dt>
      <dd className="selectable">{server(config.imap)}</dd>
      <dt>SMTP</dt>
      <dd className="selectable">{server(config.smtp)}</dd>
      <dt>{t("connect.login")}</dt>
      <dd className="selectable">{config.imap.login}</dd>
    </dl>
  );
}

// What a server or a library says is no sentence yet.
function sentence(text: string): string {
  const whole = capital(text.trim());
  return /[.!?…]$/u.test(whole) ? whole : `${whole}.`;
}

function TestSteps({ tested }: { tested: ChannelTested }) {
  return (
    <Section title={t(tested.ok ? "connect.tested.ok" : "connect.tested.bad")}>
      <Card>
        {tested.steps.map((step) => (
          <Line
            key={step.step}
            mark={<StateMark state={step.ok ? "ok" : "bad"} />}
            name={tcode("connect.step", step.step)}
            hint={[step.text, step.hint].filter(Boolean).map(sentence).join(" ")}
          />
        ))}
      </Card>
    </Section>
  );
}
