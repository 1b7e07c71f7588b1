// The same pages as the other tools make: issues are gathered from the articles, and share their text.
module.exports = function (config) {
  config.addPassthroughCopy("content/issues/*/*.jpg");
  config.addPassthroughCopy({ "content/static": "." });
  config.addFilter("day", (date) => date.toISOString().slice(0, 10));
  config.addFilter("iso", (date) => date.toISOString());
  const grouped = (list, key) => [...list.reduce((found, each) => {
    const name = key(each);
    if (!found.has(name)) found.set(name, []);
    found.get(name).push(each);
    return found;
  }, new Map())];
  const articlesIn = (api) =>
    api.getFilteredByGlob("content/issues/**/*.md").sort((a, b) => (a.inputPath < b.inputPath ? -1 : 1));
  const issuesIn = (api) => grouped(articlesIn(api), (each) => each.data.issue)
    .map(([number, articles]) => ({ number: String(number), articles, title: articles[0].data.issuetitle, date: articles[0].date }))
    .sort((a, b) => b.date - a.date);
  config.addCollection("issues", (api) => {
    const issues = issuesIn(api);
    issues.forEach((issue, place) => {
      issue.newer = issues[place - 1];
      issue.older = issues[place + 1];
      issue.articles.forEach((article, order) => {
        article.data.before = issue.articles[order - 1];
        article.data.after = issue.articles[order + 1];
      });
    });
    return issues;
  });
  config.addCollection("years", (api) =>
    grouped(issuesIn(api), (issue) => String(issue.date.getUTCFullYear())).map(([title, issues]) => ({ title, issues })));
  config.addCollection("columns", (api) => {
    const articles = articlesIn(api).reverse();
    return [
      ...grouped(articles, (each) => each.data.column),
      ...grouped(articles, (each) => `${each.data.column}-${each.date.getUTCFullYear()}`),
    ].map(([title, list]) => ({ title, articles: list }));
  });
  return {
    dir: { input: "content", layouts: "../layouts", includes: "../layouts", output: "_site" },
    markdownTemplateEngine: false,
    htmlTemplateEngine: "njk",
  };
};
