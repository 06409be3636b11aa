import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { sayFailure } from "../../api/acts";
import { call } from "../../api/client";
import type { ReviewView } from "../../api/generated/wire";
import { useRead } from "../../api/queries";
import { HolderGlyph } from "../../design/components/Baton";
import { Button } from "../../design/components/Button";
import { CaseActs, CaseMeta, CaseTitle } from "../../design/components/Case";
import { TextArea } from "../../design/components/Field";
import { Grounds, groundedLine } from "../../design/components/Grounds";
import { Kbd } from "../../design/components/Kbd";
import { Card } from "../../design/components/Page";
import { Ago } from "../../design/components/Time";
import { t } from "../../i18n";
import { capital } from "../../i18n/format";
import { visible, visibleLines } from "../../i18n/visible";
import { keysOf, useAction } from "../../state/actions";
import { announce } from "../../state/announcer";
import { present, secondsLeft } from "../../state/clock";
import { useSettled } from "../../state/settled";
import { notify } from "../../state/toasts";
import { PacketBrief } from "./PacketBrief";
import { Reassigning } from "./Reassigning";
import { Rejecting } from "./Rejecting";
import { Left, readers } from "./ReviewPage";
import styles from "./review.module.css";

type Mode = "read" | "edit" | "reject" | "move";

/** One draft with what its reader needs: the words, why they wait, and what is known. */
export function OpenDraft({ draft, codes }: { draft: ReviewView; codes: readonly string[] }) {
  const [mode, setMode] = useState<Mode>("read");
  const [text, setText] = useState(draft.text);
  const [busy, setBusy] = useState(false);
  const navigate = useNavigate();
  const title = useRef<HTMLHeadingElement>(null);
  // Whoever listens hears which draft this is, and the keys mean this one.
  useEffect(() => title.current?.focus(), []);
  const back = () => {
    setMode("read");
    title.current?.focus();
  };
  const approve = (words: string | null) => {
    if (busy) return;
    setBusy(true);
    call("review_approve", { draft: draft.draft, text: words })
      .then((sent) => told(draft.draft, sent.undo_until, words !== null))
      .catch((thrown) => {
        setBusy(false);
        sayFailure(thrown);
      });
  };
  const reading = mode === "read" && !busy;
  useAction("review.approve", () => approve(null), reading);
  useAction("review.edit", () => setMode("edit"), reading && !draft.erased);
  useAction("review.reject", () => setMode("reject"), reading);
  useAction("pass", () => setMode("move"), reading);
  useAction("send", () => approve(text), mode === "edit" && text.trim() !== "");
  useAction("list.unselect", back, mode !== "read", true);
  const { row } = draft;
  useAction(
    "list.open",
    () => void navigate({ to: "/c/$id", params: { id: draft.conversation } }),
    reading && row !== null,
  );
  return (
    <section className={styles.draft} aria-labelledby="draft-title">
      <header>
        <CaseTitle id="draft-title" ref={title}>
          <HolderGlyph kind={draft.author.startsWith("bot:") ? "bot" : "agent"} size={11} />
          {row
            ? t("review.title", {
                author: capital(draft.author_display),
                contact: visible(row.contact.name),
              })
            : t("review.title.bounded", { author: capital(draft.author_display) })}
        </CaseTitle>
        <CaseMeta>
          {t("review.since")} <Ago at={draft.held_at} /> · <Left due={draft.due_at} spoken /> ·{" "}
          {t("review.for", { readers: readers(draft.reviewers) })}
        </CaseMeta>
      </header>
      <p className={styles.policy}>
        {draft.policy && <span dir="auto">{draft.policy}</span>}
        {draft.reason && (
          <span className={styles.reason} dir="auto">
            {capital(draft.reason)} <span className={styles.rule}>({draft.rule})</span>
          </span>
        )}
        {!draft.policy && !draft.reason && t("review.rule", { rule: draft.rule })}
      </p>
      {mode === "edit" ? (
        <form
          className={styles.editing}
          onKeyDown={(event) => {
            if (event.key === "Escape") back();
          }}
          onSubmit={(event) => {
            event.preventDefault();
            approve(text);
          }}
        >
          <TextArea
            label={t("review.words")}
            value={text}
            onChange={setText}
            rows={Math.min(14, Math.max(5, text.split("\n").length + 1))}
            autoFocus
          />
          <Standing draft={draft} text={text} />
          <div className={styles.acts}>
            <Button
              type="submit"
              tone="primary"
              action="send"
              isDisabled={text.trim() === "" || busy}
            >
              {t("review.send")}
            </Button>
            <Button tone="quiet" onPress={back}>
              {t("cancel")}
            </Button>
          </div>
        </form>
      ) : (
        <Card>
          {draft.subject && <p className={styles.subject}>{visible(draft.subject)}</p>}
          <Words draft={draft} keys={reading} />
        </Card>
      )}
      {mode === "reject" && <Rejecting draft={draft} codes={codes} onDone={back} />}
      {mode === "move" && <Reassigning draft={draft} onDone={back} />}
      {mode === "read" && (
        <CaseActs label={t("review.acts")}>
          <Button
            tone="primary"
            icon="check"
            action="review.approve"
            isDisabled={busy || draft.erased}
            onPress={() => approve(null)}
          >
            {t("review.approve")}
          </Button>
          <Button
            icon="compose"
            action="review.edit"
            isDisabled={busy || draft.erased}
            onPress={() => setMode("edit")}
          >
            {t("review.edit")}
          </Button>
          <Button
            icon="close"
            action="review.reject"
            isDisabled={busy}
            onPress={() => setMode("reject")}
          >
            {t("review.reject")}
          </Button>
          <Button tone="quiet" action="pass" isDisabled={busy} onPress={() => setMode("move")}>
            {t("review.move")}
          </Button>
          {row && (
            <Button
              tone="quiet"
              action="list.open"
              onPress={() => void navigate({ to: "/c/$id", params: { id: draft.conversation } })}
            >
              {t("review.open")}
            </Button>
          )}
        </CaseActs>
      )}
      {draft.packet !== null && <PacketBrief packet={draft.packet} />}
    </section>
  );
}

const LOOK_AFTER_MS = 400;

/** How the words that are being written stand to what the draft cites. */
function Standing({ draft, text }: { draft: ReviewView; text: string }) {
  const words = useSettled(text, LOOK_AFTER_MS);
  const grounds = useRead(
    "grounds_get",
    { conversation: draft.conversation, message: draft.draft, text: words },
    { enabled: draft.grounded !== null && draft.row !== null, keep: true },
  ).data;
  if (!grounds || grounds.claims.length === 0) return null;
  const bare = grounds.claims.filter((claim) => claim.support !== "supported").length;
  const line = groundedLine({ sources: grounds.sources.length, unsupported: bare });
  return (
    <div className={styles.standing}>
      <p role="status">{line}</p>
      <Grounds grounds={grounds} action={false} />
    </div>
  );
}

/** The words of a draft; where that was looked at, with what each sentence stands on. */
function Words({ draft, keys }: { draft: ReviewView; keys: boolean }) {
  const looked = draft.grounded !== null && !draft.erased;
  // Who is no part of the team is told how a draft stands, and nothing of what the team knows.
  const asked = looked && draft.row !== null;
  const request = { conversation: draft.conversation, message: draft.draft, text: null };
  const grounds = useRead("grounds_get", request, { enabled: asked }).data;
  const line = draft.grounded ? groundedLine(draft.grounded) : "";
  if (asked && grounds) {
    return (
      <>
        {line && (
          <p className={styles.grounded}>
            {line} {grounds.sources.length > 0 && <Kbd keys={keysOf("sources")[0] ?? ""} />}
          </p>
        )}
        <Grounds grounds={grounds} text={draft.text} className={styles.words} action={keys} />
      </>
    );
  }
  return (
    <>
      {looked && line && <p className={styles.grounded}>{line}</p>}
      <p className={styles.words} dir="auto">
        {draft.erased ? t("review.erased") : visibleLines(draft.text)}
      </p>
    </>
  );
}

function told(draft: string, until: number, edited: boolean): void {
  const text = t(edited ? "review.done.edited" : "review.done.approved");
  announce(text);
  const left = until - present();
  notify(text, {
    counting:
      left > 0 ? { until, text: (seconds) => t("review.done.leaving", { n: seconds }) } : undefined,
    forMs: Math.max(left, 4_000),
    undo:
      secondsLeft(until, present()) > 0
        ? () => {
            call("review_recall", { draft }).then(
              () => announce(t("review.done.recalled")),
              sayFailure,
            );
          }
        : undefined,
  });
}
