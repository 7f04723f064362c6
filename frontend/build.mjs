// Builds the console's assets into static/built: one CSS, one JavaScript, one icon sprite, each under a name
// that carries its content's hash, beside a .br and a .gz of it. manifest.json maps plain names to hashed ones.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { transformSync, buildSync } from "esbuild";
import { PurgeCSS } from "purgecss";

const CONSOLE = "../src/regulars/doors/console";
const OUT = `${CONSOLE}/static/built`;
// Browsers with light-dark(), popover and oklch: the ones Tabler itself asks for.
const TARGET = ["chrome123", "firefox125", "safari17.5"];

async function css() {
  const sheets = ["node_modules/@tabler/core/dist/css/tabler.css", "src/tokens.css", "src/app.css", "src/parts.css", "src/charts.css"];
  const all = sheets.map((path) => readFileSync(path, "utf8")).join("\n");
  const [purged] = await new PurgeCSS().purge({
    css: [{ raw: all }],
    content: [`${CONSOLE}/templates/**/*.html`, `${CONSOLE}/**/*.py`, "src/*.js"],
    // Only whole class names survive: never put one together from pieces in a template.
    defaultExtractor: (text) => text.match(/[A-Za-z0-9_-]+/g) ?? [],
    // Classes htmx sets, attributes the theme switch sets, pseudo-elements of native widgets, and the tick of a checkbox.
    safelist: { standard: [/^htmx-/, "is-invalid", "is-valid", "disabled", "active", "show"], greedy: [/data-bs-theme/, /type=checkbox/, /::-webkit/, /::-moz/] },
    variables: true,
    keyframes: true,
  });
  return transformSync(purged.css, { loader: "css", minify: true, target: TARGET, legalComments: "none" }).code;
}

function js() {
  const made = buildSync({ entryPoints: ["src/app.js"], bundle: true, minify: true, write: false, format: "iife", target: TARGET });
  return made.outputFiles[0].text;
}

function write(name, text) {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 10);
  const hashed = name.replace(/\.(\w+)$/, `.${hash}.$1`);
  const raw = Buffer.from(text);
  writeFileSync(`${OUT}/${hashed}`, raw);
  const br = brotliCompressSync(raw, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length } });
  writeFileSync(`${OUT}/${hashed}.br`, br);
  writeFileSync(`${OUT}/${hashed}.gz`, gzipSync(raw, { level: 9 }));
  console.log(`${hashed.padEnd(28)} ${(raw.length / 1024).toFixed(1).padStart(7)} KB, ${(br.length / 1024).toFixed(1)} KB br`);
  return hashed;
}

mkdirSync(OUT, { recursive: true });
for (const old of readdirSync(OUT)) if (old !== ".done") rmSync(`${OUT}/${old}`);
const manifest = {
  "app.css": write("app.css", await css()),
  "app.js": write("app.js", js()),
  "icons.svg": write("icons.svg", readFileSync("generated/icons.svg", "utf8")),
  "favicon.svg": write("favicon.svg", readFileSync("src/favicon.svg", "utf8")),
};
writeFileSync(`${OUT}/manifest.json`, JSON.stringify(manifest, null, 2) + "\n");
