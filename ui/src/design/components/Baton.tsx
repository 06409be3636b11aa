import { useEffect, useLayoutEffect, useRef } from "react";
import { tt } from "../../i18n";
import { absolute, spanInWords } from "../../i18n/format";
import { present } from "../../state/clock";
import { mayMove } from "../../state/settings";
import { cx } from "../cx";
import styles from "./Baton.module.css";
import trackStyles from "./BatonTrack.module.css";
import { Ago } from "./Time";

/** The four holders of control. */
export type HolderKind = "bot" | "queue" | "agent" | "nobody";

/** Who may speak to the customer now, and since when. */
export interface Holder {
  readonly kind: HolderKind;
  readonly name: string;
  readonly sinceMs: number;
  /** Whether it is the person at this window. */
  readonly mine?: boolean;
}

/** Draws the shape of a holder: a square is a machine, bars are a queue, a disc is a person, a broken ring is nobody. */
export function HolderShape({ kind, size = 10 }: { kind: HolderKind; size?: number }) {
  return (
    <svg
      className={styles.shape}
      viewBox="0 0 10 10"
      width={size}
      height={size}
      fill="currentColor"
      aria-hidden="true"
    >
      {kind === "bot" && (
        <path d="M1.5 0h7A1.5 1.5 0 0 1 10 1.500v7A1.500 1.500 0 0 1 8.500 10h-7A1.500 1.500 0 0 1 0 8.500v-7A1.500 1.500 0 0 1 1.500 0Zm1 3.300v2h1.500v-2zm3.500 0v2h1.500v-2z" />
      )}
      {kind === "queue" && <path d="M0 .5h10v2.200H0zM0 3.900h10v2.200H0zM0 7.300h6v2.200H0z" />}
      {kind === "agent" && <circle cx="5" cy="5" r="5" />}
      {kind === "nobody" && (
        <circle
          cx="5"
          cy="5"
          r="4.100"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.500"
          strokeDasharray="2.600 1.700"
        />
      )}
    </svg>
  );
}

/** Shows only the shape of a holder in its colour, for legends and places. */
export function HolderGlyph({ kind, size = 10 }: { kind: HolderKind; size?: number }) {
  return (
    <span className={styles.glyph} data-kind={kind}>
      <HolderShape kind={kind} size={size} />
    </span>
  );
}

/** Returns the name of a holder as a person reads it. */
export function holderName(holder: Holder): string {
  if (holder.mine) return tt("baton.you");
  if (holder.kind === "nobody") return tt("baton.nobody");
  return holder.name || tt(`baton.${holder.kind}`);
}

// In a narrow row the first name says it; the whole name is in the sentence.
function firstName(holder: Holder): string {
  const name = holderName(holder);
  return holder.kind === "agent" && !holder.mine ? (name.split(/\s+/u)[0] ?? name) : name;
}

/** Returns the sentence that says who may speak, for screen readers. */
export function holderSentence(holder: Holder, now: number): string {
  const since = spanInWords(now - holder.sinceMs);
  return tt(`baton.says.${holder.mine ? "you" : holder.kind}`, { name: holder.name, since });
}

const TRAVEL_MS = 160;

/**
 * Shows who may speak to the customer: shape, colour, name and since when.
 *
 * When control changes hands, what is inside visibly travels in the direction of reading.
 */
export function Baton({
  holder,
  size = "normal",
  since = true,
  bare = false,
}: {
  holder: Holder;
  size?: "normal" | "large";
  since?: boolean;
  /** Only the shape, where there is no room for a name. */
  bare?: boolean;
}) {
  const inner = useRef<HTMLSpanElement>(null);
  const before = useRef<string>(undefined);
  const identity = `${holder.kind}:${holder.name}`;
  useLayoutEffect(() => {
    const element = inner.current;
    const changed = before.current !== undefined && before.current !== identity;
    before.current = identity;
    if (!changed || !element?.animate || !mayMove()) return;
    const from = getComputedStyle(element).direction === "rtl" ? "100%" : "-100%";
    element.animate([{ transform: `translateX(${from})` }, { transform: "none" }], {
      duration: TRAVEL_MS,
      easing: "cubic-bezier(0.2, 0.7, 0.2, 1)",
    });
  }, [identity]);

  return (
    <span
      className={cx(styles.capsule, size === "large" && styles.large, bare && styles.bare)}
      data-kind={holder.kind}
      data-mine={holder.mine || undefined}
      title={`${holderSentence(holder, present())} · ${absolute(holder.sinceMs)}`}
    >
      <span ref={inner} className={styles.inner}>
        <HolderShape kind={holder.kind} size={size === "large" ? 12 : 9} />
        {!bare && (
          <span className={styles.name}>
            {size === "large" ? holderName(holder) : firstName(holder)}
          </span>
        )}
        {since && <Ago at={holder.sinceMs} className={styles.since} />}
      </span>
    </span>
  );
}

const STATIONS: readonly HolderKind[] = ["bot", "queue", "agent"];

/**
 * Shows the way of the baton: bot, queue, agent as stations, the holder's as the capsule.
 *
 * The capsule slides from station to station when control changes.
 */
export function BatonTrack({ holder }: { holder: Holder }) {
  const track = useRef<HTMLDivElement>(null);
  const last = useRef<{ identity: string; x: number }>(undefined);
  const identity = `${holder.kind}:${holder.name}`;

  useEffect(() => {
    const capsule = track.current?.querySelector<HTMLElement>("[data-held]");
    if (!capsule) return;
    const x = capsule.offsetLeft;
    const from = last.current;
    last.current = { identity, x };
    if (!from || from.identity === identity || !mayMove() || !capsule.animate) return;
    capsule.animate([{ transform: `translateX(${from.x - x}px)` }, { transform: "none" }], {
      duration: TRAVEL_MS,
      easing: "cubic-bezier(0.2, 0.7, 0.2, 1)",
    });
  }, [identity]);

  return (
    <div
      ref={track}
      className={trackStyles.track}
      role="img"
      aria-label={holderSentence(holder, present())}
    >
      {STATIONS.map((kind) =>
        kind === holder.kind ? (
          <span key={kind} data-held="" className={trackStyles.held}>
            <Baton holder={holder} size="large" />
          </span>
        ) : (
          <span key={kind} className={trackStyles.station}>
            <HolderShape kind={kind} size={9} />
          </span>
        ),
      )}
      {holder.kind === "nobody" && (
        <span data-held="" className={trackStyles.held}>
          <Baton holder={holder} size="large" />
        </span>
      )}
    </div>
  );
}
