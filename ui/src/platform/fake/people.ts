import type { AgentView } from "../../api/generated/wire";

// People and matters of our own invention, for rehearsals and tests.

/** The team of the rehearsal; the first is at this desk. */
export const TEAM: readonly AgentView[] = [
  agent("anna", "Anna Lindqvist", ["agent", "lead"], 6),
  agent("bo", "Bo Castellanos", ["agent"], 4),
  agent("chidi", "Chidi Eze", ["agent"], 9),
  agent("mei", "Mei Tanaka", ["agent"], 2, false),
];

function agent(
  name: string,
  display_name: string,
  roles: string[],
  load: number,
  available = true,
): AgentView {
  return {
    name,
    display_name,
    address: `${name}@harbour.example`,
    roles,
    teams: ["support"],
    available,
    load,
  };
}

/** Customers: name, address, tier. */
export const CUSTOMERS: readonly (readonly [string, string, string])[] = [
  ["Lena Okafor", "lena.okafor@northwind-labs.example", "enterprise"],
  ["Tomasz Wiśniewski", "t.wisniewski@kaszuby.example", "pro"],
  ["Priya Raman", "priya@ramanstudio.example", "pro"],
  ["José Álvarez", "jose.alvarez@puertoazul.example", ""],
  ["Katharina Freifrau von Hohenberg-Sieglitz", "kvh@hohenberg.example", "enterprise"],
  ["Yusuf Demir", "yusuf.demir@demirmakina.example", ""],
  ["Sofie Brandt", "sofie@brandt-keramik.example", ""],
  ["Amara Nwosu", "amara.nwosu@lagosfintech.example", "enterprise"],
  ["Oleksandr Kovalenko", "o.kovalenko@dnipro.example", "pro"],
  ["Hana Suzuki", "hana.suzuki@aoyama.example", ""],
  ["Matteo Ricci", "matteo@studioricci.example", ""],
  ["Grace Mbeki", "grace.mbeki@karoo.example", "pro"],
  ["Noor al-Hashimi", "noor@alhashimi.example", ""],
  ["Elif Kaya", "elif@kayatekstil.example", ""],
  ["Björn Halldórsson", "bjorn@fjordur.example", "pro"],
  ["Wei Zhang", "wei.zhang@lotus.example", ""],
];

/** Matters: subject, the newest words, tags. */
export const MATTERS: readonly (readonly [string, string, readonly string[]])[] = [
  [
    "Charged twice for the November invoice",
    "I can see two payments of 480 euros on my statement, both from Monday.",
    ["billing", "refund"],
  ],
  [
    "Cannot export the yearly report",
    "The button turns grey and nothing else happens, also in another browser.",
    ["reports"],
  ],
  [
    "Change of address before Friday",
    "The office moves on Friday, please do not ship to the old place.",
    ["orders"],
  ],
  [
    "Factura con datos incorrectos",
    "El NIF de la empresa no coincide con el que les envié en octubre.",
    ["billing", "es"],
  ],
  [
    "Datenschutzrechtliche Auskunft nach Artikel 15",
    "Bitte bestätigen Sie den Eingang und nennen Sie uns eine Frist.",
    ["privacy", "legal"],
  ],
  [
    "Login code never arrives",
    "I waited ten minutes and asked for a new one three times.",
    ["login"],
  ],
  [
    "Two seats too many since the renewal",
    "We are eleven people and pay for thirteen. Can you correct that from this month?",
    ["billing", "seats"],
  ],
  [
    "Webhook signature does not match after the update",
    "Since this morning every call fails with the same message, see the log attached.",
    ["api"],
  ],
  [
    "Order 20418 arrived damaged",
    "The corner of the box was crushed and the lamp inside is cracked.",
    ["orders", "damage", "photo"],
  ],
  [
    "How do I invite a guest?",
    "Our accountant should see the invoices and nothing else.",
    ["how-to"],
  ],
  ["Thank you", "That solved it, have a good weekend!", []],
  [
    "Our lawyer asks for a written answer",
    "If this is not settled by the 30th we will have to take further steps.",
    ["legal"],
  ],
  [
    "Slow since yesterday evening",
    "Pages take eight to ten seconds, for everybody in the team.",
    ["performance"],
  ],
  [
    "Refund for the cancelled workshop",
    "The workshop on the 12th was cancelled and the fee has not come back yet.",
    ["refund"],
  ],
  [
    "Is there a plan for schools?",
    "We are a small school with four classes and would like to try it in spring.",
    ["sales"],
  ],
];

/** The scripted bot of the rehearsal. */
export const BOT = "mira";
