import { useState } from "react";
import { sayFailure } from "../../../api/acts";
import { call } from "../../../api/client";
import type { AlikeView, IdentityView } from "../../../api/generated/wire";
import { useRead } from "../../../api/queries";
import { Button, IconButton } from "../../../design/components/Button";
import { Chooser } from "../../../design/components/Chooser";
import { Popover } from "../../../design/components/Menu";
import { t, tcode } from "../../../i18n";
import { useAction } from "../../../state/actions";
import { notify } from "../../../state/toasts";
import styles from "./Contact.module.css";

/** Says that two contacts are one person, with a way back. */
async function merge(of: string, other: string, name: string) {
  try {
    const made = await call("contact_merge", { contact: of, with: other, undoes: false });
    notify(t("contact.merged", { name }), {
      undo: () => {
        const back = { contacts: made.contacts, stands: made.other, undoes: true };
        call("contact_split", back).catch(sayFailure);
      },
    });
  } catch (thrown) {
    sayFailure(thrown);
  }
}

async function tellApart(contact: string, other: string, name: string) {
  const say = (apart: boolean) => call("contacts_tell_apart", { contact, other, apart });
  try {
    await say(true);
    notify(t("contact.toldApart", { name }), {
      undo: () => {
        say(false).catch(sayFailure);
      },
    });
  } catch (thrown) {
    sayFailure(thrown);
  }
}

/** A contact that may be the same person, what speaks for it, and both answers. */
export function Alike({ of, one }: { of: string; one: AlikeView }) {
  const { contact } = one;
  const name = contact.name || contact.address;
  const title = t("contact.alike", { name });
  return (
    <section className={styles.alike} aria-label={title}>
      <p>
        <strong>{title}</strong>
      </p>
      <ul className={styles.signs} aria-label={t("contact.alike.signs")}>
        {one.signs.map((sign) => (
          <li key={sign.code}>
            <bdi>
              {t("contact.sign.detail", {
                why: tcode("contact.sign", sign.code),
                detail: sign.detail,
              })}
            </bdi>
          </li>
        ))}
      </ul>
      <div className={styles.acts}>
        <Button size="small" onPress={() => void merge(of, contact.id, name)}>
          {t("contact.alike.same")}
          <span className="visually-hidden">: {name}</span>
        </Button>
        <Button size="small" tone="quiet" onPress={() => void tellApart(of, contact.id, name)}>
          {t("contact.alike.apart")}
          <span className="visually-hidden">: {name}</span>
        </Button>
      </div>
    </section>
  );
}

/** Says of one address that it is somebody else's. */
export function SplitOff({ one }: { one: IdentityView }) {
  const split = async () => {
    const off = { contacts: [one.contact], stands: null, undoes: false };
    try {
      const parted = await call("contact_split", off);
      notify(t("contact.split.done", { address: one.address }), {
        undo: () => {
          const back = { contact: parted.person, with: parted.other, undoes: true };
          call("contact_merge", back).catch(sayFailure);
        },
      });
    } catch (thrown) {
      sayFailure(thrown);
    }
  };
  return (
    <IconButton
      icon="minus"
      label={t("contact.split", { address: one.address })}
      onPress={() => void split()}
    />
  );
}

/** Chooses another contact who is the same person. */
export function ChoosePerson({ of }: { of: string }) {
  const [open, setOpen] = useState(false);
  useAction("contact.same", () => setOpen(true));
  return (
    <Popover
      label={t("contact.choose")}
      wide
      isOpen={open}
      onOpenChange={setOpen}
      trigger={
        <Button tone="quiet" size="small" action="contact.same" className={styles.same}>
          {t("contact.choose")}
        </Button>
      }
    >
      <Finder of={of} onDone={() => setOpen(false)} />
    </Popover>
  );
}

function Finder({ of, onDone }: { of: string; onDone: () => void }) {
  const [text, setText] = useState("");
  // Nothing that was found for other words may be chosen by a quick Enter.
  const read = useRead("contact_find", { text, besides: of });
  const found = read.data?.contacts ?? [];
  const none = text.trim() === "" ? t("contact.choose.type") : t("contact.choose.none");
  return (
    <div className={styles.chooser}>
      <Chooser
        label={t("contact.choose")}
        placeholder={t("contact.choose.find")}
        none={read.isPending ? "" : none}
        text={text}
        onText={setText}
        choices={found.map((one) => ({
          id: one.id,
          name: one.name || one.address,
          detail: one.name ? one.address : undefined,
          run: () => {
            onDone();
            void merge(of, one.id, one.name || one.address);
          },
        }))}
      />
    </div>
  );
}
