// Holds the rules of who may import whom, which no linter rule says as briefly:
// features do not import features, only the platform knows the desktop, the design knows no data.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const src = resolve(dirname(fileURLToPath(import.meta.url)), "../src");

const MAY_IMPORT = {
  "api/generated": [],
  api: ["api", "design", "i18n", "platform/types", "state"],
  design: ["design", "i18n", "state"],
  features: ["api", "design", "forms", "i18n", "state"],
  forms: ["api", "design", "forms", "i18n", "state"],
  i18n: ["i18n"],
  platform: ["api", "i18n", "platform", "state"],
  shell: ["api", "design", "features", "i18n", "platform/types", "shell", "state"],
  state: ["i18n", "state"],
};

const files = readdirSync(src, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\./.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name));

const wrong = [];
for (const file of files) {
  const name = relative(src, file).split(sep).join("/");
  const room = Object.keys(MAY_IMPORT).find((one) => name.startsWith(`${one}/`));
  const text = readFileSync(file, "utf8");
  for (const [, target] of text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)) {
    if (target.startsWith("@tauri-apps/") && !name.startsWith("platform/")) {
      wrong.push(`${name}: only src/platform may import ${target}`);
    }
    if (!room || !target.startsWith(".")) continue;
    const to = relative(src, resolve(dirname(file), target))
      .split(sep)
      .join("/");
    const ownFeature = room === "features" && to.startsWith(name.split("/").slice(0, 2).join("/"));
    const allowed = MAY_IMPORT[room].some((one) => to === one || to.startsWith(`${one}/`));
    if (!allowed && !ownFeature) wrong.push(`${name}: may not import ${to}`);
  }
}

if (wrong.length > 0) {
  console.error(wrong.join("\n"));
  process.exit(1);
}
console.log(`boundaries hold in ${files.length} files`);
