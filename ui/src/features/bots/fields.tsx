import type { FormEvent, ReactNode } from "react";
import type { ApiFailure } from "../../api/errors";
import { useRead } from "../../api/queries";
import { Banner } from "../../design/components/Banner";
import { Button } from "../../design/components/Button";
import { Select, TextField } from "../../design/components/Field";
import { NumberField } from "../../design/components/NumberField";
import { t } from "../../i18n";
import styles from "./bots.module.css";

/** The channel of a bot that brings its customers along, before it has one. */
export const OWN = "";

/** The form of a bot: what is asked, what went wrong, and the two ways out of it. */
export function FormOfBot({
  done,
  ready,
  failure,
  onSubmit,
  onLeave,
  onCancel,
  children,
}: {
  /** What the button says that ends it. */
  done: string;
  ready: boolean;
  failure: ApiFailure | undefined;
  onSubmit: () => void;
  /** Escape, which keeps what was written where there is a place for it. */
  onLeave: () => void;
  onCancel: () => void;
  children: ReactNode;
}) {
  return (
    <form
      className={styles.form}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.nativeEvent.isComposing) return;
        event.preventDefault();
        onLeave();
      }}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        if (ready) onSubmit();
      }}
    >
      {children}
      {failure && (
        <Banner tone="broken" icon="warning" hint={failure.hint}>
          {failure.message}
        </Banner>
      )}
      <div className={styles.acts}>
        <Button type="submit" tone="primary" isDisabled={!ready}>
          {done}
        </Button>
        <Button tone="quiet" onPress={onCancel}>
          {t("cancel")}
        </Button>
      </div>
    </form>
  );
}

interface FieldProps<T> {
  value: T;
  onChange: (value: T) => void;
}

/** What a bot is called. */
export function NameField(props: FieldProps<string>) {
  return (
    <TextField
      label={t("bots.new.name")}
      hint={t("bots.new.name.hint")}
      {...props}
      autoFocus
      autoComplete="off"
      isRequired
    />
  );
}

/** Whose customers a bot answers: those it brings along, or those of a mailbox. */
export function CustomersField(props: FieldProps<string>) {
  const channels = useRead("channel_list", {}).data?.channels ?? [];
  return (
    <Select
      label={t("bots.new.channel")}
      choices={[
        { id: OWN, name: t("bots.new.own"), hint: t("bots.new.own.hint") },
        ...channels
          .filter((one) => one.kind === "email")
          .map((one) => ({ id: one.id, name: one.address || one.name })),
      ]}
      {...props}
    />
  );
}

/** The queue to which a bot hands over. */
export function QueueField(props: FieldProps<string>) {
  return <TextField label={t("bots.new.queue")} {...props} autoComplete="off" />;
}

/** How long a bot may take to answer. */
export function WithinField(props: FieldProps<number>) {
  return (
    <NumberField
      label={t("bots.new.within")}
      unit={t("bots.new.within.unit")}
      min={1}
      max={600}
      {...props}
    />
  );
}
