"""The same pages as the other tools make: an issue is a category, a column is a tag."""

SITENAME = AUTHOR = "南岭市救助管理站"
SITEURL = ""
TIMEZONE = "Asia/Shanghai"
DEFAULT_LANG = "zh-cn"
PATH = "content"
THEME = "theme"
THEME_STATIC_DIR = "."
PLUGIN_PATHS = ["plugins"]
PLUGINS = ["issues"]

ARTICLE_PATHS = STATIC_PATHS = ["issues"]
USE_FOLDER_AS_CATEGORY = False
ARTICLE_URL = "issues/{category}/{order}/"
ARTICLE_SAVE_AS = "issues/{category}/{order}/index.html"
CATEGORY_URL = "issues/{slug}/"
CATEGORY_SAVE_AS = "issues/{slug}/index.html"
TAG_URL = "columns/{slug}/"
TAG_SAVE_AS = "columns/{slug}/index.html"
YEAR_ARCHIVE_SAVE_AS = "{date:%Y}/index.html"
YEAR_ARCHIVE_URL = "{date:%Y}/"
DIRECT_TEMPLATES = ["index", "archive", "search", "404", "feed", "sitemap"]
ARCHIVE_SAVE_AS = "issues/index.html"
SEARCH_SAVE_AS = "search/index.html"
FEED_SAVE_AS = "feed.xml"
SITEMAP_SAVE_AS = "sitemap.xml"
AUTHOR_SAVE_AS = ""
CATEGORIES_SAVE_AS = TAGS_SAVE_AS = AUTHORS_SAVE_AS = ARCHIVES_SAVE_AS = ""
DEFAULT_PAGINATION = False

FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
