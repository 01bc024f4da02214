// Bundles the pages into one directory: node build.mjs OUTDIR
import * as esbuild from "esbuild";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
if (out === undefined) {
    console.error("build.mjs: name the output directory");
    process.exit(2);
}
await esbuild.build({
    absWorkingDir: here,
    entryPoints: ["screen.ts", "screen.css", "index.ts", "index.css", "analyse.ts", "analyse.css"].map((name) => join("src", name)),
    outdir: resolve(out),
    bundle: true,
    minify: true,
    charset: "utf8",
    format: "iife",
    target: ["chrome90", "firefox90"],
    legalComments: "none",
    logLevel: "warning",
});
