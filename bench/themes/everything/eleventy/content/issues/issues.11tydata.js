module.exports = { layout: "article.njk", permalink: (data) => `issues/${data.issue}/${data.order}/index.html` };
