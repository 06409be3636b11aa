import { type ChangeEvent, type FormEvent, useRef, useState } from "react";
import { sayFailure } from "../../api/acts";
import { base64Of } from "../../api/bytes";
import { call } from "../../api/client";
import { ApiFailure } from "../../api/errors";
import type { KnowledgeSource } from "../../api/generated/wire";
import { useRead } from "../../api/queries";
import { ReadFailed } from "../../api/ReadFailed";
import { Banner } from "../../design/components/Banner";
import { Button, IconButton } from "../../design/components/Button";
import { TextField } from "../../design/components/Field";
import { Card, Line, Page, Section } from "../../design/components/Page";
import { Ago } from "../../design/components/Time";
import { t, tt } from "../../i18n";
import { visible } from "../../i18n/visible";
import { notify } from "../../state/toasts";
import styles from "./knowledge.module.css";

/** Where answers are taken from. */
export function KnowledgePage() {
  const read = useRead("knowledge_get", {});
  const [refreshing, setRefreshing] = useState(false);
  const all = read.data?.sources ?? [];
  const given = all.filter((source) => source.kind !== "answer");
  const answers = all.length - given.length;

  const refresh = async (source: string | null) => {
    setRefreshing(true);
    try {
      const done = await call("knowledge_refresh", { source });
      const failed = done.failed.length;
      notify(
        t("knowledge.refreshed", { changed: done.changed, same: done.same, failed }),
        failed > 0 ? { tone: "notice" } : {},
      );
    } catch (thrown) {
      sayFailure(thrown);
    } finally {
      setRefreshing(false);
    }
  };

  return (
    <Page
      title={t("place.knowledge")}
      acts={
        <Button icon="refresh" isPending={refreshing} onPress={() => void refresh(null)}>
          {refreshing ? t("knowledge.refreshing") : t("knowledge.refresh.all")}
        </Button>
      }
    >
      {read.isError && !read.data && <ReadFailed error={read.error} again={read.refetch} />}
      {read.data && (
        <>
          <Section title={t("knowledge.sources")} text={t("knowledge.text")}>
            {given.length === 0 ? (
              <p className={styles.none}>{t("knowledge.sources.none")}</p>
            ) : (
              <Card>
                {given.map((source) => (
                  <Source
                    key={source.source}
                    source={source}
                    busy={refreshing}
                    onRefresh={() => void refresh(source.source)}
                  />
                ))}
              </Card>
            )}
            <Adding />
          </Section>
          <Section title={t("knowledge.own")}>
            <Card>
              <Line name={t("knowledge.answers")} hint={t("knowledge.answers.hint")}>
                {answers}
              </Line>
              <Line name={t("knowledge.conversations")} hint={t("knowledge.conversations.hint")}>
                {read.data.conversations}
              </Line>
            </Card>
          </Section>
        </>
      )}
    </Page>
  );
}

function Source({
  source,
  busy,
  onRefresh,
}: {
  source: KnowledgeSource;
  busy: boolean;
  onRefresh: () => void;
}) {
  const title = visible(source.title);
  const remove = () => {
    const only = { source: source.source };
    call("knowledge_remove", only).then(
      () =>
        notify(t("knowledge.removed", { title }), {
          undo: () => void call("knowledge_restore", only).catch(sayFailure),
        }),
      sayFailure,
    );
  };
  return (
    <Line
      name={<bdi className={styles.title}>{title}</bdi>}
      hint={
        <>
          {source.name !== source.title && (
            <bdi className={styles.name}>{visible(source.name)}</bdi>
          )}
          <span>
            {tt("knowledge.count", { n: source.passages })} · <Ago at={source.read_at} />
          </span>
          {source.problem !== "" && (
            <span className={styles.problem}>
              {t("knowledge.problem", { problem: visible(source.problem) })}
            </span>
          )}
        </>
      }
    >
      {source.kind === "page" && (
        <IconButton
          icon="refresh"
          label={t("knowledge.refresh", { title })}
          isPending={busy}
          onPress={onRefresh}
        />
      )}
      <IconButton icon="close" label={t("knowledge.remove", { title })} onPress={remove} />
    </Line>
  );
}

/** Adds files and pages. */
function Adding() {
  const [address, setAddress] = useState("");
  // What is being read now.
  const [busy, setBusy] = useState<"page" | "file">();
  const [failure, setFailure] = useState<ApiFailure>();
  const picker = useRef<HTMLInputElement>(null);

  const add = async (
    what: "page" | "file",
    ask: () => Promise<KnowledgeSource>,
  ): Promise<boolean> => {
    setBusy(what);
    setFailure(undefined);
    try {
      const source = await ask();
      notify(t("knowledge.added", { title: visible(source.title) }));
      return true;
    } catch (thrown) {
      setFailure(ApiFailure.of(thrown));
      return false;
    } finally {
      setBusy(undefined);
    }
  };
  const addPage = async (event: FormEvent) => {
    event.preventDefault();
    const named = address.trim();
    if (named === "" || busy) return;
    const added = await add("page", () => call("knowledge_add", { address: named, file: null }));
    if (added) setAddress("");
  };
  const addFiles = async (event: ChangeEvent<HTMLInputElement>) => {
    const files = [...(event.target.files ?? [])];
    for (const file of files) {
      const added = await add("file", async () =>
        call("knowledge_add", {
          address: null,
          file: { name: file.name, media_type: file.type, base64: await base64Of(file) },
        }),
      );
      if (!added) break;
    }
    if (picker.current) picker.current.value = "";
  };

  return (
    <div className={styles.adding}>
      {failure && (
        <Banner tone="broken" icon="warning" hint={failure.hint}>
          {failure.message}
        </Banner>
      )}
      <form className={styles.page} onSubmit={(event) => void addPage(event)}>
        <TextField
          label={t("knowledge.page")}
          hint={t("knowledge.page.hint")}
          value={address}
          onChange={setAddress}
          placeholder="https://"
          autoComplete="off"
        />
        <Button
          type="submit"
          isPending={busy !== undefined}
          isDisabled={busy === undefined && address.trim() === ""}
        >
          {t(busy === "page" ? "knowledge.refreshing" : "knowledge.page.add")}
        </Button>
      </form>
      <div>
        <Button icon="plus" isPending={busy !== undefined} onPress={() => picker.current?.click()}>
          {t(busy === "file" ? "knowledge.refreshing" : "knowledge.file")}
        </Button>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          accept=".md,.markdown,.txt,.text,.html,.htm,text/*"
          aria-label={t("knowledge.file.choose")}
          onChange={(event) => void addFiles(event)}
        />
      </div>
    </div>
  );
}
