import type { ReactElement } from "react";

// One hand, one grid: 16 px, strokes of 1.5, round ends. Drawn for this interface.

const PATHS = {
  inbox: <path d="M2.5 9.5h3l1 2h3l1-2h3M2.5 9.5l2-6h7l2 6v3.5h-11z" />,
  mine: (
    <path d="M8 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM3 13.5c.4-2.6 2.300-4 5-4s4.600 1.400 5 4" />
  ),
  queue: <path d="M3 4h10M3 8h10M3 12h6" />,
  escalated: <path d="M8 13V3.500M4 7l4-4 4 4" />,
  bot: <path d="M4 5.500h8v7H4zM8 5.500V3M6.500 8.500v1M9.500 8.500v1M2 8.500v2M14 8.500v2" />,
  waiting: (
    <path d="M4.500 2.500h7M4.500 13.500h7M5 2.500c0 3.500 6 5 6 8v3M11 2.500c0 3.500-6 5-6 8v3" />
  ),
  snoozed: <path d="M13 9.800A5.500 5.500 0 1 1 6.200 3a4.500 4.500 0 0 0 6.800 6.800Z" />,
  all: <path d="M3 5.500h10M3 10.500h10M5 2.500h6M5 13.500h6" />,
  compose: <path d="m3 13 .8-3.200 6.900-6.900 2.400 2.400-6.900 6.900zM9.200 4.400l2.400 2.400" />,
  macro: <path d="M3 3.500h10M3 7h10M3 10.500h4M10.500 9.500v4M8.500 11.500h4" />,
  saved: <path d="M4.500 2.500h7v11L8 10.500l-3.500 3z" />,
  channels: <path d="M2.500 4h11v8h-11zM2.500 4.500 8 9l5.500-4.500" />,
  health: <path d="M1.500 8.500h3l2-5 3 9 2-4h3" />,
  settings: (
    <path d="M2.500 4.500h6M12 4.500h1.500M2.500 11.500H4M7.500 11.500h6M10.200 6.200a1.700 1.700 0 1 0 0-3.400 1.700 1.700 0 0 0 0 3.400ZM5.800 13.200a1.700 1.700 0 1 0 0-3.400 1.700 1.700 0 0 0 0 3.400Z" />
  ),
  search: (
    <path d="M7 11.500a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9ZM10.300 10.300l3.200 3.200" />
  ),
  close: <path d="m4 4 8 8M12 4l-8 8" />,
  check: <path d="m3 8.500 3.200 3.200L13 4.500" />,
  minus: <path d="M3.500 8h9" />,
  plus: <path d="M8 3v10M3 8h10" />,
  down: <path d="m4 6 4 4 4-4" />,
  up: <path d="m4 10 4-4 4 4" />,
  right: <path d="m6 4 4 4-4 4" />,
  left: <path d="m10 4-4 4 4 4" />,
  back: <path d="M13 8H3.500M7 4 3 8l4 4" />,
  more: <path d="M3.500 8h.01M8 8h.01M12.500 8h.01" strokeWidth="2" />,
  menu: <path d="M2.500 4.500h11M2.500 8h11M2.500 11.500h11" />,
  panel: <path d="M2.500 3h11v10h-11zM10 3v10" />,
  reply: <path d="M6.500 4 2.500 8l4 4M3 8h6c2.500 0 4.500 1.500 4.500 4.500" />,
  replyAll: (
    <path d="M5 4 1.500 8 5 12M8.500 4.500 5.500 8l3 3.500M6 8h4c2.300 0 4 1.500 4 4.500" />
  ),
  forward: <path d="m9.500 4 4 4-4 4M13 8H7c-2.500 0-4.500 1.500-4.500 4.500" />,
  note: <path d="M3 2.500h10v7l-4 4H3zM13 9.500H9v4M5.500 5.500h5M5.500 8h2.500" />,
  attach: (
    <path d="m12.500 7-5 5a2.900 2.900 0 0 1-4.100-4.100l5.400-5.400a1.900 1.900 0 0 1 2.700 2.700l-5.200 5.200a.9.9 0 0 1-1.300-1.300L9.500 4.600" />
  ),
  send: <path d="M2.500 3 14 8 2.500 13l1.500-5zM4 8h5" />,
  take: <path d="M1.500 8h6M5 5.500 7.500 8 5 10.500M11.500 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z" />,
  pass: (
    <path d="M3.500 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM12.500 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM5.500 8h4.500M8.200 6.200 10 8 8.200 9.800" />
  ),
  release: (
    <path d="M4.500 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8.500 8H14M11.500 5.500 14 8l-2.500 2.500" />
  ),
  snooze: <path d="M8 13.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11ZM8 5v3.200l2 1.300" />,
  resolve: (
    <path d="M8 13.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11ZM5.500 8.200l1.800 1.800 3.200-3.700" />
  ),
  label: <path d="M2.500 8.500v-6h6l5.500 5.500-6 6zM5.500 5.500h.01" />,
  why: (
    <path d="M8 13.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11ZM6.300 6.500C6.300 5.500 7 5 8 5s1.700.6 1.700 1.500C9.700 7.800 8 7.700 8 9M8 11h.01" />
  ),
  packet: (
    <path d="M2.500 5 8 2.500 13.500 5v6L8 13.500 2.500 11zM2.500 5 8 7.500 13.500 5M8 7.500v6" />
  ),
  undo: <path d="M5.500 3 2.500 6l3 3M3 6h6a4 4 0 0 1 0 8H6" transform="translate(0 -.5)" />,
  warning: <path d="M8 2.500 14.500 13.500h-13zM8 6.500v3.500M8 12h.01" />,
  info: (
    <path d="M8 13.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11ZM8 7.500V11M8 5.200h.01" />
  ),
  offline: (
    <path d="M2 2l12 12M4 6.500a7 7 0 0 1 2-1.200M9.500 5.200A7 7 0 0 1 12.500 7M6 9.200a3.500 3.500 0 0 1 3-.8M8 12h.01" />
  ),
  book: (
    <path d="M8 4.500C6.500 3.300 4.600 3 2.500 3v9c2.100 0 4 .3 5.500 1.500 1.500-1.200 3.400-1.500 5.500-1.500V3c-2.100 0-4 .3-5.500 1.500ZM8 4.500v9" />
  ),
  copy: <path d="M5.500 5.500h8v8h-8zM3.500 10.500h-1v-8h8v1" />,
  print: <path d="M4.500 6V2.500h7V6M4.500 11h-2V6h11v5h-2M4.500 9h7v4.500h-7z" />,
  link: (
    <path d="M6.500 9.500 9.500 6.500M7 4.500l1.500-1.500a3.100 3.100 0 0 1 4.500 4.500L11.500 9M4.500 7 3 8.500A3.100 3.100 0 0 0 7.500 13L9 11.500" />
  ),
  star: (
    <path d="m8 2.500 1.700 3.600 3.800.5-2.800 2.700.7 3.900L8 11.300l-3.400 1.900.7-3.900-2.800-2.700 3.800-.5z" />
  ),
  command: (
    <path d="M6 6h4v4H6zM6 6H4.500A1.500 1.500 0 1 1 6 4.500zM10 6V4.500A1.500 1.500 0 1 1 11.500 6zM10 10h1.500a1.500 1.500 0 1 1-1.500 1.500zM6 10v1.500A1.500 1.500 0 1 1 4.500 10z" />
  ),
  refresh: <path d="M13 8a5 5 0 1 1-1.500-3.600M13.500 2.500v3h-3" />,
  eye: (
    <path d="M1.500 8S4 3.500 8 3.500 14.500 8 14.500 8 12 12.500 8 12.500 1.500 8 1.500 8ZM8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z" />
  ),
  mail: <path d="M2.500 4h11v8h-11zM2.500 4.500 8 9l5.500-4.500" />,
  chat: <path d="M2.500 3h11v8h-6l-3 2.500V11h-2z" />,
  spark: (
    <path d="M8 2.500v3M8 10.500v3M2.500 8h3M10.500 8h3M4.500 4.500l1.500 1.500M10 10l1.500 1.500M11.500 4.500 10 6M6 10l-1.500 1.500" />
  ),
  rules: <path d="M2.500 4h5M2.500 8h3M2.500 12h5M10 3.500l3.500 4.500-3.500 4.500M7.500 8h6" />,
  grip: <path d="M6 4h.01M10 4h.01M6 8h.01M10 8h.01M6 12h.01M10 12h.01" strokeWidth="2" />,
  redo: <path d="m10.500 3 3 3-3 3M13 6H7a4 4 0 0 0 0 8h3" transform="translate(0 -.5)" />,
  code: <path d="m5.500 4.500-3.500 3.500 3.500 3.500M10.500 4.500 14 8l-3.500 3.500" />,
  curve: <path d="M2.500 12.500C7 12.500 6 4 13.500 3.500M9 10.500v2M9 3v4.500" />,
  history: <path d="M3 8a5 5 0 1 0 1.500-3.600M2.500 2.500v3h3M8 5.200V8.200l2 1.300" />,
  replay: <path d="M2.500 8 7 4v8zM8.500 8 13 4v8z" />,
} satisfies Record<string, ReactElement>;

/** The name of a drawn icon. */
export type IconName = keyof typeof PATHS;

// Icons that point along the line of writing turn round with it.
const TURNING: ReadonlySet<IconName> = new Set([
  "back",
  "left",
  "right",
  "reply",
  "replyAll",
  "forward",
  "send",
  "pass",
  "take",
  "release",
  "panel",
  "rules",
  "redo",
  "replay",
]);

/** Draws an icon; it is decoration, its control carries the name. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      viewBox="0 0 16 16"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      data-turning={TURNING.has(name) || undefined}
    >
      {PATHS[name]}
    </svg>
  );
}
