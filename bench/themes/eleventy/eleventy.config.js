// The same pages as the other tools make, and nothing else.
module.exports = function (config) {
  config.addPassthroughCopy("content/issues/*/*.jpg");
  config.addPassthroughCopy({ "content/static": "." });
  config.addFilter("day", (date) => date.toISOString().slice(0, 10));
  config.addFilter("iso", (date) => date.toISOString());
  config.addCollection("issues", (api) => {
    const issues = api.getFilteredByGlob("content/issues/**/*.md").sort((a, b) => b.date - a.date);
    issues.forEach((issue, place) => {
      issue.data.newer = issues[place - 1];
      issue.data.older = issues[place + 1];
    });
    return issues;
  });
  config.addCollection("years", (api) => {
    const years = new Map();
    for (const issue of api.getFilteredByGlob("content/issues/**/*.md").sort((a, b) => b.date - a.date)) {
      const year = issue.date.getUTCFullYear();
      years.set(year, [...(years.get(year) ?? []), issue]);
    }
    return [...years].map(([year, issues]) => ({ year, issues }));
  });
  return {
    dir: { input: "content", layouts: "../layouts", includes: "../layouts", output: "_site" },
    markdownTemplateEngine: false,
    htmlTemplateEngine: "njk",
  };
};
