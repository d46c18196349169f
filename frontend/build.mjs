/* Builds what the browser receives into dist/: hashed files and manifest.json ({"app.css": "app-XXXX.css"}) that the
   server's asset() reads. The widget and the SDK keep their plain names: customers' pages link to them. */
import { existsSync, readdirSync } from "node:fs";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(here, "dist");
const watching = process.argv.includes("--watch");

/* The browsers of 2024 on: they know nesting, light-dark() and oklch(), so nothing is rewritten into something longer. */
/* Scripts of the pictures that stand for a page elsewhere; browsers take their fonts from the stylesheet. */
const cardFonts = ["latin-ext", "cyrillic", "greek"];

const shared = { bundle: true, minify: true, legalComments: "none", target: ["chrome123", "firefox120", "safari17.5"] };

const entries = [
  { in: "styles/app.css", out: "app" },
  { in: "scripts/app.ts", out: "app" },
  { in: "scripts/theme.ts", out: "theme" },
  { in: "scripts/push_worker.ts", out: "push_worker" },
  { in: "styles/demo_product.css", out: "demo_product" },
  { in: "images/favicon.svg", out: "favicon" },
  ...islands(),
];

const pages = {
  ...shared,
  absWorkingDir: here,
  entryPoints: entries,
  outdir: dist,
  entryNames: "[dir]/[name]-[hash]",
  assetNames: "[name]-[hash]",
  format: "iife",
  loader: { ".svg": "copy", ".woff2": "file" },
  metafile: true,
  plugins: [{ name: "manifest", setup: (build) => build.onEnd(writeManifest) }],
};

const widgets = {
  ...shared,
  absWorkingDir: here,
  entryPoints: [
    { in: "widget/index.ts", out: "widget" },
    { in: "widget/sdk.ts", out: "sdk" },
  ].filter((entry) => existsSync(path.join(here, entry.in))),
  outdir: dist,
  format: "iife",
  plugins: [{ name: "css-text", setup: importCssAsText }],
};

function islands() {
  const folder = path.join(here, "scripts/islands");
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".ts")) : [];
  return files.map((name) => ({ in: `scripts/islands/${name}`, out: `islands/${path.parse(name).name}` }));
}

/** Names each output by the source it came from, and removes what an earlier build left. */
async function writeManifest(result) {
  if (!result.metafile) return;
  const manifest = {};
  for (const [output, facts] of Object.entries(result.metafile.outputs)) {
    manifest[logicalName(output, facts)] = path.relative(dist, path.join(here, output)).replaceAll(path.sep, "/");
  }
  const sorted = Object.fromEntries(Object.entries(manifest).sort());
  await writeFile(path.join(dist, "manifest.json"), `${JSON.stringify(sorted, null, 2)}\n`);
  await removeStale(new Set(Object.values(sorted)));
  await copyCardFonts();
}

async function copyCardFonts() {
  await mkdir(path.join(dist, "card-fonts"), { recursive: true });
  for (const name of cardFonts) {
    const font = path.join(here, "node_modules/@fontsource-variable/inter/files", `inter-${name}-wght-normal.woff2`);
    await copyFile(font, path.join(dist, "card-fonts", `${name}.woff2`));
  }
}

/** `app-XXXX.css` made from an entry is "app.css"; a font found through a stylesheet keeps its file's name. */
function logicalName(output, facts) {
  const source = facts.entryPoint ?? Object.keys(facts.inputs)[0];
  const entry = entries.find((candidate) => candidate.in === source);
  return entry ? entry.out + path.extname(output) : path.basename(source);
}

async function removeStale(current) {
  const kept = new Set([...current, "manifest.json", "widget.js", "sdk.js"]);
  for (const name of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const file = path.join(name.parentPath ?? name.path, name.name);
    const known = path.relative(dist, file).replaceAll(path.sep, "/");
    if (name.isFile() && !kept.has(known)) await rm(file);
  }
}

function importCssAsText(build) {
  build.onLoad({ filter: /\.css$/ }, async ({ path: file }) => {
    const { code } = await esbuild.transform(await readFile(file, "utf8"), { loader: "css", minify: true });
    return { contents: code.trim(), loader: "text" };
  });
}

await mkdir(dist, { recursive: true });
if (watching) {
  for (const options of [pages, widgets]) await (await esbuild.context(options)).watch();
} else {
  await Promise.all([pages, widgets].filter(({ entryPoints }) => entryPoints.length).map(esbuild.build));
}
