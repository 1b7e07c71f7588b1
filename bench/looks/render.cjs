// Nunjucks over the pages that bench/looks/pages.py writes: render.cjs DATA.json OUT FOLDER…
const fs = require("fs");
const path = require("path");
const nunjucks = require("nunjucks");

const [data, out, ...folders] = process.argv.slice(2);
const { pages, ...shared } = JSON.parse(fs.readFileSync(data, "utf8"));
const environment = nunjucks.configure(folders, { autoescape: true, trimBlocks: true, lstripBlocks: true, throwOnUndefined: false });
for (const page of pages) {
  const file = path.join(out, page.path);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, environment.render(`${page.kind}.njk`, { ...shared, ...page }));
}
