import { useId, useState } from "react";
import type { ReplyPlan } from "../../../api/generated/wire";
import { useRead } from "../../../api/queries";
import { t } from "../../../i18n";
import { WarningLines, warningText } from "../stream/Oddities";
import styles from "./Composer.module.css";
import { beginsWithTo, type Letter, type LetterMode } from "./letter";
import { Recipients } from "./Recipients";

/** Whom a letter goes to and what it is called, with what is odd about that. */
export function Envelope({
  conversation,
  letter,
  plan,
  focusTurn,
  onChange,
  onMode,
}: {
  conversation: string;
  letter: Letter;
  plan: ReplyPlan | undefined;
  /** Grows whenever one is to write; nothing that was only opened takes the focus. */
  focusTurn: number;
  onChange: (part: Partial<Letter>) => void;
  onMode: (mode: LetterMode) => void;
}) {
  const [copies, setCopies] = useState(false);
  const showCopies = copies || letter.cc.length > 0 || letter.bcc.length > 0;
  const subjectId = useId();
  return (
    <div className={styles.envelope}>
      <Recipients
        key={`${letter.mode} to`}
        label={t("composer.to")}
        list={letter.to}
        focusTurn={beginsWithTo(letter) ? focusTurn : 0}
        onChange={(to) => onChange({ to, addressed: true })}
        end={
          !showCopies && (
            <button type="button" className={styles.small} onClick={() => setCopies(true)}>
              {t("composer.copies")}
            </button>
          )
        }
      />
      {showCopies && (
        <>
          <Recipients
            label={t("composer.cc")}
            list={letter.cc}
            onChange={(cc) => onChange({ cc, addressed: true })}
          />
          <Recipients
            label={t("composer.bcc")}
            list={letter.bcc}
            onChange={(bcc) => onChange({ bcc, addressed: true })}
          />
        </>
      )}
      <div className={styles.subject}>
        <label htmlFor={subjectId}>{t("composer.subject")}</label>
        <input
          id={subjectId}
          value={letter.subject}
          dir="auto"
          autoComplete="off"
          onChange={(event) => onChange({ subject: event.target.value, addressed: true })}
        />
      </div>
      {letter.mode === "reply" && (
        <Others conversation={conversation} letter={letter} onMode={onMode} />
      )}
      <WarningLines texts={(plan?.warnings ?? []).map((one) => warningText("warning", one))} />
    </div>
  );
}

// A reply to the sender alone leaves others out; that is said, not decided silently.
function Others({
  conversation,
  letter,
  onMode,
}: {
  conversation: string;
  letter: Letter;
  onMode: (mode: LetterMode) => void;
}) {
  const all = useRead("reply_prepare", {
    conversation,
    mode: "reply_all",
    message: letter.message,
  }).data;
  const here = new Set([...letter.to, ...letter.cc, ...letter.bcc].map((one) => one.address));
  const names = [...(all?.to ?? []), ...(all?.cc ?? [])]
    .filter((one) => !here.has(one.address))
    .map((one) => one.name || one.address);
  if (names.length === 0) return null;
  return (
    <p className={styles.others}>
      <span>{t("composer.others", { names: names.join(", ") })}</span>
      <button type="button" className={styles.small} onClick={() => onMode("reply_all")}>
        {t("composer.others.add")}
      </button>
    </p>
  );
}
