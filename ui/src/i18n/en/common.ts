/** Texts that stand anywhere. */
export const common = {
  close: "Close",
  again: "Try again",
  "read.again.now": "Reading…",
  "read.failed.hint": "Nothing was changed. If it stays like this, look at Health.",

  "time.now": "now",
  "time.seconds": { one: "{n} second", other: "{n} seconds" },
  "time.minutes": { one: "{n} minute", other: "{n} minutes" },
  "time.hours": { one: "{n} hour", other: "{n} hours" },
  "time.days": { one: "{n} day", other: "{n} days" },

  "baton.you": "You",
  "baton.bot": "Bot",
  "baton.queue": "Queue",
  "baton.agent": "Teammate",
  "baton.nobody": "Nobody",
  "baton.says.you": "You hold the baton, for {since}",
  "baton.says.bot": "The bot {name} holds the baton, for {since}",
  "baton.says.queue": "Waits in the queue {name}, for {since}",
  "baton.says.agent": "{name} holds the baton, for {since}",
  "baton.says.nobody": "Nobody holds the baton, for {since}",

  "clock.first_reply": "First reply",
  "clock.next_reply": "Next reply",
  "clock.resolve": "Resolution",
  "clock.other": "Promise",
  "clock.due": "{what} due in {span}",
  "clock.broken": "{what} overdue by {span}",
  "clock.paused": "{what} paused with {span} left",

  "toasts.label": "Messages",
  "toasts.undo": "Undo",
  "toasts.undone": "Undone",

  "done.take": { one: "Taken", other: "{n} conversations taken" },
  "done.release": { one: "Released", other: "{n} conversations released" },
  "done.resolve": { one: "Resolved", other: "{n} conversations resolved" },
  "done.reopen": { one: "Opened again", other: "{n} conversations opened again" },
  "done.snooze": {
    one: "Snoozed until {until}, or until the customer writes",
    other: "{n} conversations snoozed until {until}, or until their customers write",
  },
  "done.pass": { one: "Passed to {to}", other: "{n} conversations passed to {to}" },
  "done.offer": { one: "Offered to {to}", other: "{n} conversations offered to {to}" },
  "done.returnToBot": { one: "Back with the bot", other: "{n} conversations back with the bot" },
  "done.tag": { one: "Tags changed", other: "Tags of {n} conversations changed" },

  "error.unreachable": "Baton does not answer.",
  "error.unreachable.hint": "Nothing is lost: your drafts are kept, and what waits is sent later.",
  "error.unreadable": "The answer could not be read.",
  "error.unreadable.hint": "Use a window of the same version as the server.",
  "error.unauthorised": "This window has no key to the server.",
  "error.unauthorised.hint": "Open the address that baton serve printed.",
  "error.refused": "The server refused with status {status}.",

  "fault.title": "This part of the window stopped",
  "fault.text": "Your drafts and all conversations are safe; only what is shown here failed.",
  "fault.again": "Show it again",
  "fault.reload": "Reload the window",

  "link.lost": "Not connected to Baton. What you write is kept.",
  "link.lost.waiting": {
    one: "Not connected to Baton. What you write is kept, {n} message waits to be sent.",
    other: "Not connected to Baton. What you write is kept, {n} messages wait to be sent.",
  },
  "link.mail": {
    one: "Offline: {channels}. {n} message waits to be sent.",
    other: "Offline: {channels}. {n} messages wait to be sent.",
  },
  "link.mail.none": "Offline: {channels}. New mail comes when it is back.",
  "link.retry": "Try now",

  "snooze.hour": "In an hour",
  "snooze.later": "Later today",
  "snooze.tomorrow": "Tomorrow morning",
  "snooze.week": "Next week",

  "shell.skip": "Go to the content",

  "alert.label": "Escalation",
  "alert.says": "Escalated: {who}. {why}",
  "alert.more": { one: "and {n} more", other: "and {n} more" },
  "alert.open": "Open",
  "alert.take": "Take",
  "alert.aside": "Put aside",

  "palette.label": "Go to or do anything",
  "palette.placeholder": "Go to or do…",
  "palette.none": "Nothing by that name.",
  "palette.conversations": "Conversations",

  "keys.label": "Keys",
  "keys.press": "Press a key",
  "keys.change": "Change the key of: {name}, now {key}",
  "keys.taken": "That key belongs to: {name}",
  "keys.reset": "Use the usual keys",
} as const;
