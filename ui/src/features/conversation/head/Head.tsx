import { useState } from "react";
import { type Acts, sayFailure, useActs } from "../../../api/acts";
import { call } from "../../../api/client";
import type { ClockView, ConversationHead } from "../../../api/generated/wire";
import { useSession } from "../../../api/queries";
import { deadlineOf, holderOf } from "../../../api/view";
import { BatonTrack } from "../../../design/components/Baton";
import { Button, IconButton, IconToggle } from "../../../design/components/Button";
import { ClockRing } from "../../../design/components/ClockRing";
import { Menu, type MenuEntry, Popover } from "../../../design/components/Menu";
import { Tag } from "../../../design/components/Tag";
import { Icon } from "../../../design/icons";
import { BotForm } from "../../../forms/BotForm";
import { ContinueForm } from "../../../forms/ContinueForm";
import { PassForm } from "../../../forms/PassForm";
import { SnoozeForm } from "../../../forms/SnoozeForm";
import { TagForm } from "../../../forms/TagForm";
import { t, tcode } from "../../../i18n";
import { visible } from "../../../i18n/visible";
import { perform, useAction } from "../../../state/actions";
import { useStore } from "../../../state/store";
import { toasts } from "../../../state/toasts";
import styles from "./Head.module.css";

type Form = "pass" | "bot" | "snooze" | "tags" | "continue";

const STATUSES = ["open", "waiting_customer", "on_hold"] as const;
const PRIORITIES = ["low", "normal", "high", "urgent"] as const;

/** The head of a conversation: what it is about, who may speak and since when, what can be done. */
export function Head({
  head,
  onBack,
  onContext,
  contextShown,
}: {
  head: ConversationHead;
  onBack?: () => void;
  onContext: () => void;
  contextShown: boolean;
}) {
  const { row } = head;
  const acts = useActs();
  const session = useSession();
  const can = new Set(head.can);
  const mine = row.control.mine;
  const solved = row.status === "solved";
  // A chat has no subject; then it is known by whom it is with.
  const title = visible(row.subject || row.contact.name);
  const ids = [row.id];
  const [form, setForm] = useState<Form>();
  const formProps = (which: Form) => ({
    isOpen: form === which,
    onOpenChange: (open: boolean) => setForm(open ? which : undefined),
  });
  const done = () => setForm(undefined);

  const canTake = can.has("take") && !mine;
  // An escalation has its own bar with the same button.
  const showTake = canTake && !(row.escalated && !solved);
  const canBot = can.has("return_to_bot") && (session?.bots.length ?? 0) > 0;
  useAction("take", () => void acts.take(ids), canTake);
  useAction("pass", () => setForm("pass"), can.has("pass"));
  useAction("returnToBot", () => setForm("bot"), canBot);
  const canContinue = can.has("continue");
  const elsewhere = row.channel_kind === "email" ? t("continue.title.back") : t("continue.title");
  useAction("continue", () => setForm("continue"), canContinue);
  useAction("release", () => void acts.release(ids), can.has("release"));
  useAction("resolve", () => void acts.resolve(ids), can.has("resolve") && !solved);
  useAction("snooze", () => setForm("snooze"), can.has("snooze"));
  useAction("label", () => setForm("tags"));
  useHeadUndo(head);

  return (
    <header className={styles.head}>
      <div className={styles.top}>
        {onBack && (
          <IconButton
            icon="back"
            label={t("action.list.back")}
            action="list.back"
            onPress={onBack}
          />
        )}
        <h2 className={styles.subject} title={title}>
          <bdi>{title}</bdi>
        </h2>
        <div className={styles.baton}>
          <BatonTrack holder={holderOf(row.control)} />
        </div>
        <IconToggle
          icon="panel"
          label={t("context.toggle")}
          action="context"
          isSelected={contextShown}
          onChange={onContext}
        />
      </div>
      <div className={styles.tools}>
        <div className={styles.meta}>
          <Clocks clocks={head.clocks} />
          <State head={head} />
          <Popover
            label={t("tags.edit")}
            {...formProps("tags")}
            trigger={
              <Button tone="quiet" size="small" icon="label" className={styles.tags}>
                {row.tags.length === 0 ? (
                  t("tags.add")
                ) : (
                  <>
                    {row.tags.map((tag) => (
                      <Tag key={tag} name={tag} />
                    ))}
                    <span className="visually-hidden">{t("tags.edit")}</span>
                  </>
                )}
              </Button>
            }
          >
            <TagForm rows={[row]} onDone={done} />
          </Popover>
        </div>
        <div className={styles.acts} role="toolbar" aria-label={t("conversation.acts")}>
          {showTake && (
            <Button
              tone="primary"
              size="small"
              icon="take"
              action="take"
              onPress={() => void acts.take(ids)}
            >
              {t("action.take")}
            </Button>
          )}
          {can.has("reopen") && solved && (
            <Button size="small" icon="undo" onPress={() => void acts.reopen(ids)}>
              {t("reopen.act")}
            </Button>
          )}
          {can.has("pass") && (
            <Popover
              label={t("pass.title")}
              {...formProps("pass")}
              trigger={<IconButton icon="pass" label={t("action.pass")} action="pass" />}
            >
              <PassForm ids={ids} channels={[row.channel]} onDone={done} />
            </Popover>
          )}
          {canBot && (
            <Popover
              label={t("bot.title")}
              {...formProps("bot")}
              trigger={
                <IconButton icon="bot" label={t("action.returnToBot")} action="returnToBot" />
              }
            >
              <BotForm ids={ids} channels={[row.channel]} onDone={done} />
            </Popover>
          )}
          {canContinue && (
            <Popover
              label={elsewhere}
              {...formProps("continue")}
              trigger={<IconButton icon="mail" label={elsewhere} action="continue" />}
            >
              <ContinueForm
                id={row.id}
                onDone={(moved) => {
                  done();
                  if (moved) perform("reply");
                }}
              />
            </Popover>
          )}
          {can.has("snooze") && (
            <Popover
              label={t("snooze.title")}
              {...formProps("snooze")}
              trigger={<IconButton icon="snooze" label={t("action.snooze")} action="snooze" />}
            >
              <SnoozeForm ids={ids} onDone={done} />
            </Popover>
          )}
          {can.has("resolve") && !solved && (
            <IconButton
              icon="resolve"
              label={t("action.resolve")}
              action="resolve"
              onPress={() => void acts.resolve(ids)}
            />
          )}
          <Menu
            label={t("conversation.more")}
            trigger={<IconButton icon="more" label={t("conversation.more")} />}
            entries={moreOf(head, acts)}
          />
        </div>
      </div>
    </header>
  );
}

function Clocks({ clocks }: { clocks: readonly ClockView[] }) {
  const shown = clocks.flatMap((clock) => {
    const deadline = deadlineOf(clock);
    return deadline ? [deadline] : [];
  });
  if (shown.length === 0) return null;
  return (
    <ul className={styles.clocks} aria-label={t("conversation.clocks")}>
      {shown.map((deadline) => (
        <li key={deadline.kind} className={styles.clock}>
          <ClockRing deadline={deadline} />
          <span className={styles.clockName}>
            {tcode("clock", deadline.kind, t("clock.other"))}
          </span>
        </li>
      ))}
    </ul>
  );
}

function State({ head }: { head: ConversationHead }) {
  const { row } = head;
  const says: string[] = [];
  if (row.priority !== "normal") says.push(tcode("priority", row.priority));
  // Until when it is snoozed is said in a line of its own.
  if (!["open", "new", "snoozed"].includes(row.status)) {
    says.push(tcode("status", row.status));
  }
  if (says.length === 0) return null;
  return (
    <span className={styles.state} data-priority={row.priority}>
      {row.priority === "urgent" || row.priority === "high" ? (
        <Icon name="escalated" size={12} />
      ) : null}
      {says.join(" · ")}
    </span>
  );
}

function moreOf(head: ConversationHead, acts: Acts): MenuEntry[] {
  const { row } = head;
  const can = new Set(head.can);
  const ids = [row.id];
  const entries: MenuEntry[] = [];
  if (can.has("release")) {
    entries.push({
      id: "release",
      name: t("release.act"),
      icon: "release",
      action: "release",
      run: () => void acts.release(ids),
    });
  }
  if (can.has("request") && !row.control.mine) {
    entries.push({
      id: "request",
      name: t("request.act"),
      icon: "chat",
      run: () => void acts.request(row.id),
    });
  }
  if (can.has("reopen")) {
    entries.push({
      id: "reopen",
      name: t("reopen.act"),
      icon: "undo",
      run: () => void acts.reopen(ids),
    });
  }
  if (row.status !== "solved") {
    if (entries.length > 0) entries.push("line");
    for (const status of STATUSES) {
      entries.push({
        id: `status ${status}`,
        name: t(`status.${status}`),
        chosen: row.status === status,
        run: () => void acts.status(ids, status),
      });
    }
  }
  entries.push("line");
  for (const priority of PRIORITIES) {
    entries.push({
      id: `priority ${priority}`,
      name: t("priority.says", { name: t(`priority.${priority}`) }),
      chosen: row.priority === priority,
      run: () => void acts.priority(ids, priority),
    });
  }
  return entries;
}

// Beyond what a toast still offers, the engine knows what could be taken back.
function useHeadUndo(head: ConversationHead): void {
  const offered = useStore(toasts, (list) => list.some((toast) => toast.undo));
  const { undo } = head;
  useAction(
    "undo",
    () => {
      if (undo) call("undo", { conversation: head.row.id, of: undo.of }).catch(sayFailure);
    },
    undo !== null && !offered,
  );
}
