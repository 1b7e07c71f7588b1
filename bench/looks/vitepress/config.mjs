// The default theme with its words in Chinese; nav and sidebar are what bench/looks/systems.py writes beside it.
import { readFileSync } from "fs";

const lists = JSON.parse(readFileSync(new URL("./lists.json", import.meta.url), "utf8"));

export default {
  lang: "zh-CN",
  title: lists.title,
  description: lists.description,
  ignoreDeadLinks: true,
  // Han may break anywhere, and so row headings of a narrow table would; without that it scrolls, as tables do here.
  head: [["style", {}, ".vp-doc :is(th, td) { word-break: keep-all }"]],
  themeConfig: {
    nav: lists.nav,
    sidebar: lists.sidebar,
    outline: { label: "本页目录", level: [2, 3] },
    docFooter: { prev: "前一篇", next: "后一篇" },
    darkModeSwitchLabel: "深浅",
    lightModeSwitchTitle: "换成浅色",
    darkModeSwitchTitle: "换成深色",
    sidebarMenuLabel: "各期",
    returnToTopLabel: "回到顶部",
    skipToContentLabel: "跳到正文",
    notFound: { title: "没有这个网页", quote: "网址也许打错了，网页也许已经不在。", linkLabel: "回到首页", linkText: "回到首页" },
    footer: { message: lists.office, copyright: lists.records },
    search: { provider: "local", options: { translations: { button: { buttonText: "搜索", buttonAriaLabel: "搜索" } } } },
  },
};
