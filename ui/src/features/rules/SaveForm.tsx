import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { call } from "../../api/client";
import { ApiFailure } from "../../api/errors";
import { Button, IconButton } from "../../design/components/Button";
import { TextArea } from "../../design/components/Field";
import { Popover } from "../../design/components/Menu";
import { t } from "../../i18n";
import { listOf } from "../../i18n/format";
import { useAction } from "../../state/actions";
import { announce } from "../../state/announcer";
import { notify } from "../../state/toasts";
import { BesideChoice, type Way } from "./BesideChoice";
import { useTheBench } from "./bench";
import { changesOf } from "./changes";
import { desk, discard, follow, giveReason, stepBack, stepForward } from "./desk";
import styles from "./SaveForm.module.css";

/** Steps back and forward, and the button that saves with a reason. */
export function SaveButton() {
  const bench = useTheBench();
  const [open, setOpen] = useState(false);
  const possible = bench.dirty && !bench.stale;
  useAction("rules.save", () => setOpen(true), possible);
  return (
    <>
      <IconButton
        icon="undo"
        label={t("rules.undo")}
        action="undo"
        isDisabled={bench.desk.past.length === 0}
        onPress={() => void stepBack()}
      />
      <IconButton
        icon="redo"
        label={t("rules.redo")}
        isDisabled={bench.desk.future.length === 0}
        onPress={() => void stepForward()}
      />
      <Popover
        label={t("rules.save.label")}
        isOpen={open && possible}
        onOpenChange={setOpen}
        trigger={
          <Button
            tone={possible ? "primary" : "plain"}
            isDisabled={!possible}
            action={possible ? "rules.save" : undefined}
          >
            {bench.dirty ? t("rules.save") : t("rules.saved")}
          </Button>
        }
      >
        {(close) => <SaveForm close={close} />}
      </Popover>
    </>
  );
}

function SaveForm({ close }: { close: () => void }) {
  const bench = useTheBench();
  const { checked } = bench;
  const [override, setOverride] = useState("");
  const [way, setWay] = useState<Way>("beside");
  const [failure, setFailure] = useState<ApiFailure>();
  const [busy, setBusy] = useState(false);
  const before = useQuery({
    queryKey: ["rules_check", bench.desk.baseText],
    queryFn: async () => ({
      text: bench.desk.baseText,
      checked: await call("rules_check", { text: bench.desk.baseText }),
    }),
  }).data?.checked;
  const changes = before && checked ? changesOf(before.form, checked.form) : undefined;
  const failed = checked?.tests.filter((one) => !one.passed) ?? [];
  const begins = checked?.begins ?? [];
  const edited = begins.filter((one) => one.acted);
  const atOnce = begins.filter((one) => !one.acted);
  const beside = edited.length > 0 && way === "beside";
  // The rules that act stay as they are: their tests cannot fail by what is only tried.
  const refused = failure?.code === "tests_failed";
  const doubtful = atOnce.length > 0 || (beside ? refused : failed.length > 0 || edited.length > 0);
  const { reason } = bench.desk;
  const ready =
    bench.fresh &&
    bench.errors === 0 &&
    reason.trim() !== "" &&
    (!doubtful || override.trim() !== "");
  const overrode = override.trim();
  const save = (event: FormEvent) => {
    event.preventDefault();
    const now = desk.get();
    if (!ready || busy || !now) return;
    setBusy(true);
    setFailure(undefined);
    call("rules_save", {
      text: now.text,
      base: now.base,
      reason: reason.trim(),
      override: doubtful ? overrode : null,
      beside,
    })
      .then(
        async () => {
          // What is in force now is another text than the one that was written here.
          if (beside) follow(await call("rules_get", {}));
          const done = beside
            ? t("rules.beside.done", { list: listOf(edited.map((one) => one.rule)) })
            : t("rules.save.done");
          close();
          notify(done, {
            hint: t(beside ? "rules.beside.done.hint" : "rules.save.done.hint"),
          });
          announce(done);
        },
        (thrown) => setFailure(ApiFailure.of(thrown)),
      )
      .finally(() => setBusy(false));
  };
  return (
    <form className={styles.form} onSubmit={save}>
      <h2 className={styles.title}>{t("rules.save.title")}</h2>
      {changes && bench.errors === 0 && (
        <ul className={styles.changes}>
          {changes.added.length > 0 && (
            <li>{t("rules.change.added", { list: listOf(changes.added) })}</li>
          )}
          {changes.removed.length > 0 && (
            <li>{t("rules.change.removed", { list: listOf(changes.removed) })}</li>
          )}
          {changes.changed.length > 0 && (
            <li>{t("rules.change.changed", { list: listOf(changes.changed) })}</li>
          )}
          {changes.moved && <li>{t("rules.change.moved")}</li>}
          {changes.none && <li>{t("rules.change.text")}</li>}
        </ul>
      )}
      {bench.errors > 0 && (
        <p className={styles.bad} role="alert">
          {t("rules.save.errors")}
        </p>
      )}
      {edited.length > 0 && (
        <>
          <p>
            {t("rules.beside.says", {
              n: edited.length,
              list: listOf(edited.map((one) => one.rule)),
            })}
          </p>
          <BesideChoice value={way} onChange={setWay} />
        </>
      )}
      <TextArea
        label={t("rules.save.reason")}
        hint={t("rules.save.reason.hint")}
        rows={2}
        autoFocus
        value={reason}
        onChange={giveReason}
      />
      {doubtful && (
        <>
          {failed.length > 0 && !beside && (
            <p className={styles.bad}>
              {t("rules.save.failing", {
                n: failed.length,
                list: listOf(failed.map((one) => one.name)),
              })}
            </p>
          )}
          {atOnce.length > 0 && (
            <p className={styles.bad}>
              {t("rules.save.atOnce", {
                n: atOnce.length,
                list: listOf(atOnce.map((one) => one.rule)),
              })}
            </p>
          )}
          <TextArea
            label={t("rules.save.override")}
            rows={2}
            value={override}
            onChange={setOverride}
          />
        </>
      )}
      {failure && (
        <p className={styles.bad} role="alert">
          {failure.message} {failure.hint}
        </p>
      )}
      <div className={styles.acts}>
        <Button
          tone="quiet"
          onPress={() => {
            close();
            discard();
            notify(t("rules.discarded"), { undo: () => void stepBack() });
          }}
        >
          {t("rules.discard")}
        </Button>
        <Button type="submit" tone="primary" isDisabled={!ready || busy}>
          {t(busy ? "rules.save.busy" : beside ? "rules.beside.do" : "rules.save.do")}
        </Button>
      </div>
    </form>
  );
}
