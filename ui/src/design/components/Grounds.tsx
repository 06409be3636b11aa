import { type ReactNode, useId, useRef, useState } from "react";
import { t, tcode } from "../../i18n";
import { visible, visibleLines } from "../../i18n/visible";
import { useAction } from "../../state/actions";
import { Icon } from "../icons";
import styles from "./Grounds.module.css";

/** A sentence of an answer, and how it stands to what it cites. */
export interface Claim {
  readonly text: string;
  readonly cites: readonly number[];
  readonly support: string;
}

/** A passage that is cited, as it stands now. */
export interface CitedSource {
  readonly source: { readonly kind: string; readonly title: string; readonly name: string };
  readonly state: string;
  readonly heading: string;
  readonly text: string;
}

/** What the sentences of an answer stand on. */
export interface GroundsShown {
  readonly claims: readonly Claim[];
  readonly sources: readonly CitedSource[];
}

const SUPPORTED = "supported";

/** A stretch of an answer: the sentence that it is, or what stands between two of them. */
interface Stretch {
  readonly text: string;
  readonly claim?: Claim;
}

/** An answer cut at its sentences; none when they do not stand in it as they were looked at. */
export function stretches(text: string, claims: readonly Claim[]): readonly Stretch[] | undefined {
  const found: Stretch[] = [];
  let from = 0;
  for (const claim of claims) {
    const at = text.indexOf(claim.text, from);
    if (at < 0) return undefined;
    if (at > from) found.push({ text: text.slice(from, at) });
    found.push({ text: claim.text, claim });
    from = at + claim.text.length;
  }
  if (from < text.length) found.push({ text: text.slice(from) });
  return found;
}

/**
 * What an answer stands on: its sentences with the numbers of their sources, and the sources, each
 * of which opens in place.
 */
export function Grounds({
  grounds,
  text,
  className,
  action = true,
}: {
  grounds: GroundsShown;
  /** The answer; without it only the sentences are shown that nothing supports. */
  text?: string;
  /** How the answer is set. */
  className?: string;
  /** Whether the key of the sources is this one's. */
  action?: boolean;
}) {
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const heads = useRef(new Map<number, HTMLButtonElement>());
  const id = useId();
  const { sources } = grounds;
  const show = (number: number) => {
    setOpen((before) => new Set(before).add(number));
    heads.current.get(number)?.focus();
  };
  const toggle = (number: number) =>
    setOpen((before) => {
      const after = new Set(before);
      if (!after.delete(number)) after.add(number);
      return after;
    });
  useAction(
    "sources",
    () => {
      if (open.size === sources.length) return setOpen(new Set());
      setOpen(new Set(sources.map((_, at) => at + 1)));
      heads.current.get(1)?.focus();
    },
    action && sources.length > 0,
  );
  const cut = text === undefined ? undefined : stretches(text, grounds.claims);
  const bare = grounds.claims.filter((claim) => claim.support !== SUPPORTED);
  const marks = (claim: Claim) => (
    <Marks claim={claim} sources={sources} controls={id} onShow={show} />
  );
  return (
    <>
      {text !== undefined && (
        <p className={className} dir="auto">
          {cut
            ? cut.map((one, at) =>
                one.claim ? (
                  <span key={at}>
                    <span className={one.claim.support === SUPPORTED ? undefined : styles.bare}>
                      {visibleLines(one.text)}
                    </span>
                    {marks(one.claim)}
                  </span>
                ) : (
                  <span key={at}>{visibleLines(one.text)}</span>
                ),
              )
            : visibleLines(text)}
        </p>
      )}
      {!cut && bare.length > 0 && (
        <ul className={styles.claims} aria-label={t("grounds.bare")}>
          {bare.map((claim, at) => (
            <li key={at} dir="auto">
              <span className={styles.bare}>{visible(claim.text)}</span>
              {marks(claim)}
            </li>
          ))}
        </ul>
      )}
      {sources.length > 0 && (
        <ol id={id} className={styles.sources} aria-label={t("grounds.sources")}>
          {sources.map((source, at) => (
            <Source
              key={`${source.source.kind} ${source.source.name} ${at}`}
              number={at + 1}
              source={source}
              open={open.has(at + 1)}
              onToggle={() => toggle(at + 1)}
              headOf={(head) => {
                if (head) heads.current.set(at + 1, head);
                else heads.current.delete(at + 1);
              }}
            />
          ))}
        </ol>
      )}
    </>
  );
}

function Marks({
  claim,
  sources,
  controls,
  onShow,
}: {
  claim: Claim;
  sources: readonly CitedSource[];
  controls: string;
  onShow: (number: number) => void;
}) {
  const numbers = claim.cites.map((number) => {
    const cited = sources[number - 1];
    return (
      cited && (
        <button
          key={number}
          type="button"
          className={styles.mark}
          aria-label={t("grounds.source", { n: number, title: titleOf(cited) })}
          aria-controls={controls}
          onClick={() => onShow(number)}
        >
          {number}
        </button>
      )
    );
  });
  return (
    <>
      {numbers}
      {claim.support !== SUPPORTED && (
        <span className={styles.why}>{tcode("grounds.support", claim.support)}</span>
      )}
    </>
  );
}

function Source({
  number,
  source,
  open,
  onToggle,
  headOf,
}: {
  number: number;
  source: CitedSource;
  open: boolean;
  onToggle: () => void;
  headOf: (head: HTMLButtonElement | null) => void;
}) {
  const id = useId();
  return (
    <li className={styles.source}>
      <button
        ref={headOf}
        type="button"
        className={styles.head}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={onToggle}
      >
        <span className={styles.number}>{number}</span>
        <bdi className={styles.title}>{titleOf(source)}</bdi>
        <span className={styles.kind}>
          {tcode("suggest.kind", source.source.kind)}
          {source.state !== "there" && ` · ${tcode("grounds.state", source.state)}`}
        </span>
        <span className={styles.sign} data-open={open || undefined}>
          <Icon name="right" size={12} />
        </span>
      </button>
      {open && (
        <div id={id} className={styles.passage} dir="auto">
          <Passage source={source} />
        </div>
      )}
    </li>
  );
}

function Passage({ source }: { source: CitedSource }): ReactNode {
  if (source.state !== "there") return tcode("grounds.state.text", source.state);
  const address = source.source.kind === "page" ? source.source.name : "";
  return (
    <>
      {source.heading && <p className={styles.heading}>{visible(source.heading)}</p>}
      <p>{visibleLines(source.text)}</p>
      {/^https?:\/\//u.test(address) && (
        <a href={address} target="_blank" rel="noopener noreferrer">
          {visible(address)}
        </a>
      )}
    </>
  );
}

function titleOf({ source }: CitedSource): string {
  return source.kind === "conversation" && source.title === source.name
    ? t("suggest.conversation")
    : visible(source.title || source.name);
}

/** Says in one line how an answer stands. */
export function groundedLine(grounded: {
  readonly sources: number;
  readonly unsupported: number;
}): string {
  const { sources, unsupported } = grounded;
  const known = sources > 0 ? [t("grounds.count", { n: sources })] : [];
  if (unsupported > 0) known.push(t("grounds.unsupported", { n: unsupported }));
  return known.join(" · ");
}
