import { useMemo, useState } from "react";
import { Header, ListBox, ListBoxItem, ListBoxSection } from "react-aria-components";
import { useActs } from "../api/acts";
import { useSession } from "../api/queries";
import { HolderGlyph, type HolderKind } from "../design/components/Baton";
import { Button } from "../design/components/Button";
import { Select, Switch, TextArea, TextField } from "../design/components/Field";
import { Icon } from "../design/icons";
import { t } from "../i18n";
import { capital } from "../i18n/format";
import { useBotsOn } from "./botsOn";
import styles from "./Forms.module.css";

interface Party {
  readonly id: string;
  readonly kind: HolderKind;
  readonly name: string;
  readonly hint: string;
}

const MINUTES = [2, 5, 15, 60] as const;

/** Passes conversations on: to whom, why, what they should know, at once or as an offer. */
export function PassForm({
  ids,
  channels,
  onDone,
}: {
  ids: readonly string[];
  /** The channels by which they came. */
  channels: readonly string[];
  onDone: () => void;
}) {
  const session = useSession();
  const botsOn = useBotsOn(channels);
  const acts = useActs();
  const [find, setFind] = useState("");
  const [to, setTo] = useState<string>();
  const [reason, setReason] = useState("");
  const [note, setNote] = useState("");
  const [offer, setOffer] = useState(false);
  const [minutes, setMinutes] = useState("5");

  const groups = useMemo(() => {
    const fits = (party: Party) =>
      party.name.toLocaleLowerCase().includes(find.trim().toLocaleLowerCase());
    const people: Party[] = (session?.team ?? [])
      .filter((one) => one.name !== session?.agent.name)
      .sort((a, b) => Number(b.available) - Number(a.available) || a.load - b.load)
      .map((one) => ({
        id: `agent:${one.name}`,
        kind: "agent",
        name: one.display_name,
        hint: one.available ? t("pass.load", { n: one.load }) : t("pass.away"),
      }));
    const anybody: Party = { id: "any", kind: "agent", name: t("pass.any"), hint: "" };
    const queues: Party[] = (session?.queues ?? []).map((name) => ({
      id: `queue:${name}`,
      kind: "queue",
      name: capital(name),
      hint: "",
    }));
    const bots: Party[] = botsOn.map((name) => ({
      id: `bot:${name}`,
      kind: "bot",
      name: capital(name),
      hint: "",
    }));
    return [
      { id: "queues", name: t("pass.queues"), parties: queues.filter(fits) },
      { id: "people", name: t("pass.people"), parties: [...people, anybody].filter(fits) },
      { id: "bots", name: t("pass.bots"), parties: bots.filter(fits) },
    ].filter((group) => group.parties.length > 0);
  }, [session, find, botsOn]);

  const all = groups.flatMap((group) => group.parties);
  const chosen = all.find((one) => one.id === to) ?? (find ? all[0] : undefined);
  const canOffer = chosen?.kind !== "bot";
  const pass = () => {
    if (!chosen) return;
    onDone();
    const seconds = offer && canOffer ? Number(minutes) * 60 : undefined;
    void acts.pass(ids, chosen.id, chosen.name, note.trim(), seconds, reason.trim());
  };

  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        pass();
      }}
    >
      <TextField
        label={t("pass.to")}
        placeholder={t("pass.find")}
        icon="search"
        value={find}
        onChange={setFind}
        autoFocus
        autoComplete="off"
      />
      <ListBox
        className={styles.parties}
        aria-label={t("pass.to")}
        selectionMode="single"
        selectedKeys={chosen ? [chosen.id] : []}
        onSelectionChange={(keys) => {
          const [first] = keys === "all" ? [] : [...keys];
          setTo(first === undefined ? undefined : String(first));
        }}
        items={groups}
      >
        {(group) => (
          <ListBoxSection id={group.id}>
            <Header className={styles.group}>{group.name}</Header>
            {group.parties.map((party) => (
              <ListBoxItem
                key={party.id}
                id={party.id}
                textValue={party.name}
                className={styles.party}
              >
                {({ isSelected }) => (
                  <>
                    <HolderGlyph kind={party.kind} size={9} />
                    <bdi className={styles.partyName}>{party.name}</bdi>
                    {party.hint && <span className={styles.partyHint}>{party.hint}</span>}
                    {isSelected && <Icon name="check" size={14} />}
                  </>
                )}
              </ListBoxItem>
            ))}
          </ListBoxSection>
        )}
      </ListBox>
      <TextField label={t("pass.reason")} value={reason} onChange={setReason} autoComplete="off" />
      <TextArea label={t("pass.note")} value={note} onChange={setNote} rows={2} />
      <div className={styles.pair}>
        <Switch isSelected={offer && canOffer} isDisabled={!canOffer} onChange={setOffer}>
          {t("pass.offer")}
        </Switch>
        {offer && canOffer && (
          <Select
            bare
            label={t("pass.offer.for")}
            value={minutes}
            onChange={setMinutes}
            choices={MINUTES.map((n) => ({
              id: String(n),
              name: n === 60 ? t("pass.hour") : t("pass.minutes", { n }),
            }))}
          />
        )}
      </div>
      <div className={styles.foot}>
        <Button tone="quiet" onPress={onDone}>
          {t("cancel")}
        </Button>
        <Button type="submit" tone="primary" isDisabled={!chosen}>
          {offer && canOffer ? t("pass.act.offer") : t("pass.act")}
        </Button>
      </div>
    </form>
  );
}
