import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { sayFailure } from "../../../api/acts";
import { call } from "../../../api/client";
import type { ContactView, ConversationHead, IdentityView } from "../../../api/generated/wire";
import { useRead } from "../../../api/queries";
import { ReadFailed } from "../../../api/ReadFailed";
import { holderOf } from "../../../api/view";
import { Baton } from "../../../design/components/Baton";
import { Button } from "../../../design/components/Button";
import { Select, TextField } from "../../../design/components/Field";
import { Moment } from "../../../design/components/Time";
import { Icon } from "../../../design/icons";
import { t, tcode } from "../../../i18n";
import { shortDate } from "../../../i18n/format";
import { visible } from "../../../i18n/visible";
import { notify } from "../../../state/toasts";
import styles from "./Contact.module.css";
import { Alike, ChoosePerson, SplitOff } from "./People";

/** Who writes: name, tier, addresses with how sure they are, and all their conversations. */
export function ContactPanel({ head }: { head: ConversationHead }) {
  const brief = head.row.contact;
  const read = useRead("contact_get", { contact: brief.id });
  const [editing, setEditing] = useState<boolean>();
  if (read.isError && !read.data) {
    return <ReadFailed error={read.error} again={read.refetch} />;
  }
  const view = read.data;
  // Another contact may stand for the person; what is known of them stands there.
  const { id, name, tier } = view?.contact ?? brief;
  return (
    <div className={styles.contact}>
      {/* What is not known yet would be written over. */}
      {editing && view ? (
        <Edit
          id={id}
          name={name}
          tier={tier}
          consent={view.attributes.email_consent ?? ""}
          onDone={() => setEditing(false)}
        />
      ) : (
        <header className={styles.head}>
          <div className={styles.who}>
            <h3 className={styles.name}>
              <bdi>{name || brief.name}</bdi>
            </h3>
            <p className={styles.tier}>
              {t("contact.tier")}: <strong>{tier || t("contact.tier.none")}</strong>
            </p>
          </div>
          <Button
            size="small"
            tone="quiet"
            autoFocus={editing === false}
            onPress={() => setEditing(true)}
          >
            {t("contact.edit")}
          </Button>
        </header>
      )}
      {view?.alike.map((one) => (
        <Alike key={one.contact.id} of={view.contact.id} one={one} />
      ))}
      {view && <Rest view={view} here={head.row.id} />}
    </div>
  );
}

function Edit({
  id,
  name: nameBefore,
  tier: tierBefore,
  consent: consentBefore,
  onDone,
}: {
  id: string;
  name: string;
  tier: string;
  consent: string;
  onDone: () => void;
}) {
  const [name, setName] = useState(nameBefore);
  const [tier, setTier] = useState(tierBefore);
  const [consent, setConsent] = useState(consentBefore);
  const save = async () => {
    try {
      await call("contact_set", {
        contact: id,
        name: name.trim(),
        tier: tier.trim(),
        email_consent: consent,
      });
      notify(t("contact.saved"), {
        undo: () => {
          call("contact_set", {
            contact: id,
            name: nameBefore,
            tier: tierBefore,
            email_consent: consentBefore,
          }).catch(sayFailure);
        },
      });
      onDone();
    } catch (thrown) {
      sayFailure(thrown);
    }
  };
  return (
    <form
      className={styles.edit}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.nativeEvent.isComposing) return;
        event.preventDefault();
        onDone();
      }}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <TextField label={t("contact.name")} value={name} onChange={setName} autoFocus />
      <TextField label={t("contact.tier")} value={tier} onChange={setTier} />
      <Select
        label={t("contact.consent")}
        value={consent || "unasked"}
        onChange={(next) => setConsent(next === "unasked" ? "" : next)}
        choices={["unasked", "yes", "no"].map((one) => ({
          id: one,
          name: tcode("contact.consent", one),
        }))}
      />
      <div className={styles.acts}>
        <Button type="submit" size="small" tone="primary" isDisabled={name.trim() === ""}>
          {t("contact.save")}
        </Button>
        <Button size="small" tone="quiet" onPress={onDone}>
          {t("cancel")}
        </Button>
      </div>
      <Erase id={id} onDone={onDone} />
    </form>
  );
}

// What is erased cannot be brought back, so it takes two presses and says what goes.
function Erase({ id, onDone }: { id: string; onDone: () => void }) {
  const [asked, setAsked] = useState(false);
  const erase = async () => {
    try {
      const gone = await call("contact_erase", { contact: id });
      notify(t("contact.erased", { n: gone.messages }));
      onDone();
    } catch (thrown) {
      sayFailure(thrown);
    }
  };
  return asked ? (
    <div className={styles.acts} role="alert">
      <p className={styles.seen}>{t("contact.erase.warning")}</p>
      <Button size="small" tone="primary" onPress={() => void erase()}>
        {t("contact.erase.now")}
      </Button>
      <Button size="small" tone="quiet" onPress={() => setAsked(false)}>
        {t("cancel")}
      </Button>
    </div>
  ) : (
    <Button size="small" tone="quiet" onPress={() => setAsked(true)}>
      {t("contact.erase")}
    </Button>
  );
}

function Rest({ view, here }: { view: ContactView; here: string }) {
  const navigate = useNavigate();
  // The tier stands below the name already.
  const attributes = Object.entries(view.attributes).filter(
    ([key, value]) => value && key !== "tier" && key !== "email_consent",
  );
  const older = view.total - view.conversations.length;
  const several = new Set(view.identities.map((one) => one.contact)).size > 1;
  return (
    <>
      <section>
        <h4 className={styles.title}>{t("contact.identities")}</h4>
        <ul className={styles.identities}>
          {view.identities.map((one) => (
            <li key={`${one.kind} ${one.address}`} data-level={one.level}>
              <Icon name={one.kind === "email" ? "mail" : "chat"} size={14} />
              <bdi className={styles.address}>
                {one.address}
                {one.joined && <Joined one={one.joined} />}
              </bdi>
              <span className={styles.level}>
                {one.level === "verified" && <Icon name="check" size={12} />}
                {tcode("contact.level", one.level)}
              </span>
              {several && <SplitOff one={one} />}
            </li>
          ))}
        </ul>
        <ChoosePerson of={view.contact.id} />
        {view.attributes.email_consent === "no" && (
          <p className={styles.seen}>{t("contact.consent.refused")}</p>
        )}
        <p className={styles.seen}>
          {t("contact.seen", {
            first: shortDate(view.first_seen),
            last: shortDate(view.last_seen),
          })}
        </p>
      </section>
      {attributes.length > 0 && (
        <section>
          <h4 className={styles.title}>{t("contact.attributes")}</h4>
          <dl className={styles.attributes}>
            {attributes.map(([key, value]) => (
              <div key={key}>
                <dt>{key.replace(/_/g, " ")}</dt>
                <dd>
                  <bdi>{value}</bdi>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      <section>
        <h4 className={styles.title}>{t("contact.total", { n: view.total })}</h4>
        <ul className={styles.conversations}>
          {view.conversations.map((row) => (
            <li key={row.id}>
              <button
                type="button"
                className={styles.row}
                aria-current={row.id === here || undefined}
                onClick={() => void navigate({ to: "/c/$id", params: { id: row.id } })}
              >
                <Baton holder={holderOf(row.control)} since={false} bare />
                <bdi className={styles.subject}>{visible(row.subject || row.snippet)}</bdi>
                <Moment at={row.last_at} className={styles.when} />
              </button>
            </li>
          ))}
        </ul>
        {older > 0 && <p className={styles.seen}>{t("contact.more", { n: older })}</p>}
      </section>
    </>
  );
}

function Joined({ one }: { one: NonNullable<IdentityView["joined"]> }) {
  const when = shortDate(one.at);
  const [sign] = one.signs;
  return (
    <span className={styles.joined}>
      {sign === undefined
        ? t("contact.joined", { name: one.by, when })
        : t("contact.joined.why", { name: one.by, when, why: tcode("contact.sign", sign) })}
    </span>
  );
}
