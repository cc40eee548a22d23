// Parses an AsyncAPI document with AsyncAPI's own parser: node parse.mjs FOLDER-OF-NODE-MODULES DOCUMENT
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const [folder, path] = process.argv.slice(2);
const { Parser } = createRequire(`${folder}/`)("@asyncapi/parser");
const { document, diagnostics } = await new Parser().parse(await readFile(path, "utf8"));
const said = ["error", "warning"];
const wrong = diagnostics.filter((one) => one.severity < said.length);
for (const one of wrong) {
  console.log(`${said[one.severity]}: ${one.message} (${one.path.join("/")}) ${one.code}`);
}
if (!document || wrong.length) process.exit(1);
console.log(`AsyncAPI ${document.version()}: ${document.channels().length} channels, ` +
  `${document.operations().length} operations, ${document.messages().length} messages: it parses.`);
