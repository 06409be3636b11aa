import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { currentPlatform, type MessageFrame } from "../../../api/client";
import { ApiFailure } from "../../../api/errors";
import type { MessageView, Warning } from "../../../api/generated/wire";
import { changePreferences } from "../../../api/preferences";
import { useSession } from "../../../api/queries";
import { ReadFailed } from "../../../api/ReadFailed";
import { Button } from "../../../design/components/Button";
import { Icon } from "../../../design/icons";
import { type TextKey, t, tt } from "../../../i18n";
import { listOf } from "../../../i18n/format";
import { settings } from "../../../state/settings";
import { useStore } from "../../../state/store";
import { notify } from "../../../state/toasts";
import styles from "./HtmlView.module.css";

const HOSTS_NAMED = 2;

function usePageTheme(): "light" | "dark" {
  useStore(settings);
  return document.documentElement.dataset.theme === "dark" ? "dark" : "light";
}

const LINE_PX = 22;
const LETTERS_A_LINE = 88;
const EDGES_PX = 40;
const LOW_PX = 120;
const HIGH_PX = 640;

// The frame has no origin and runs nothing, so nobody can ask it how tall it is, and it shall stay
// so: a frame that answers is a frame that can be reached. Its text says about how tall it will be.
function frameHeight(text: string): number {
  const lines = text
    .trim()
    .split("\n")
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / LETTERS_A_LINE)), 0);
  return Math.min(HIGH_PX, Math.max(LOW_PX, EDGES_PX + lines * LINE_PX));
}

/** A message as it was sent: its HTML in a frame that can run nothing, reach nothing and go nowhere. */
export function HtmlView({ message, name }: { message: MessageView; name: string }) {
  const session = useSession();
  const queries = useQueryClient();
  const theme = usePageTheme();
  const address = message.from.address;
  const trusted = session?.settings.remote_images_from.includes(address) ?? false;
  const [remote, setRemote] = useState(false);
  const [frame, setFrame] = useState<MessageFrame>();
  const [failure, setFailure] = useState<ApiFailure>();
  const [tall, setTall] = useState(false);
  const [turn, setTurn] = useState(0);
  const shown = remote || trusted;

  // An address is good for one look, so each drawing asks for its own; nothing is cached.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a turn asks again
  useEffect(() => {
    let gone = false;
    setFailure(undefined);
    currentPlatform()
      .messageFrame({ message: message.id, remote: shown, theme })
      .then(
        (next) => !gone && setFrame(next),
        (thrown) => !gone && setFailure(ApiFailure.of(thrown)),
      );
    return () => {
      gone = true;
    };
  }, [message.id, shown, theme, turn]);

  const always = () => {
    const from = session?.settings.remote_images_from ?? [];
    setRemote(true);
    void changePreferences(queries, { remote_images_from: [...new Set([...from, address])] });
    notify(t("html.trusted", { address }), {
      undo: () => void changePreferences(queries, { remote_images_from: from }),
    });
  };

  return (
    <div className={styles.view}>
      {frame && frame.blocked_images > 0 && (
        <div className={styles.bar}>
          <span className={styles.said}>
            {t("html.blocked.images", { n: frame.blocked_images })} {hostsOf(frame.hosts)}
          </span>
          <span className={styles.acts}>
            <Button size="small" onPress={() => setRemote(true)}>
              {t("html.show")}
            </Button>
            {address !== "" && (
              <Button size="small" tone="quiet" onPress={always}>
                {t("html.always")}
              </Button>
            )}
          </span>
        </div>
      )}
      {failure ? (
        <ReadFailed line error={failure} again={() => setTurn(turn + 1)} />
      ) : (
        <div
          className={styles.paper}
          data-size={tall ? "whole" : undefined}
          style={tall ? undefined : { height: frameHeight(message.text) }}
        >
          {frame ? (
            <iframe
              key={"url" in frame.from ? frame.from.url : `${message.id} ${shown} ${theme}`}
              className={styles.frame}
              title={t("html.frame", { name })}
              // No scripts, forms, origin or navigation; a pressed link may only open outside.
              sandbox="allow-popups allow-popups-to-escape-sandbox"
              referrerPolicy="no-referrer"
              {...("url" in frame.from ? { src: frame.from.url } : { srcDoc: frame.from.srcdoc })}
            />
          ) : (
            <p className={styles.wait}>{t("message.reading")}</p>
          )}
        </div>
      )}
      <div className={styles.foot}>
        <button type="button" className={styles.link} onClick={() => setTall(!tall)}>
          {tall ? t("html.shorter") : t("html.taller")}
        </button>
        {frame && takenOut(frame.blocked)}
      </div>
      {frame?.blocked
        .filter((one) => one.code === "link_mismatch" || one.code === "cut")
        .map((one) => (
          <p key={`${one.code} ${one.detail}`} className={styles.odd}>
            <Icon name="warning" size={14} />
            <span>
              {one.code === "cut" ? t("html.cut") : t("html.mismatch", { detail: one.detail })}
            </span>
          </p>
        ))}
    </div>
  );
}

function hostsOf(hosts: readonly string[]): string {
  if (hosts.length === 0) return "";
  const rest = hosts.length - HOSTS_NAMED;
  const named = hosts.slice(0, HOSTS_NAMED);
  return rest > 0
    ? t("html.blocked.hosts.more", { hosts: named.join(", "), n: rest })
    : t("html.blocked.hosts", { hosts: listOf(named) });
}

const COUNTED = ["scripts", "forms", "styles", "links", "trackers", "remote_other"];

function takenOut(blocked: readonly Warning[]) {
  const list = blocked
    .filter((one) => COUNTED.includes(one.code))
    .map((one) => tt(`html.out.${one.code}` as TextKey, { n: Number(one.detail) || 0 }));
  if (list.length === 0) return null;
  return <span className={styles.out}>{t("html.out", { list: listOf(list) })}</span>;
}
