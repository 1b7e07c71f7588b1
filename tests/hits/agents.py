# ruff: noqa: E501 - agents are as long as they are
"""Agents of readers and of robots, as they come to a Chinese office's website."""

from __future__ import annotations

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
ANDROID = "Mozilla/5.0 (Linux; Android 14; V2309A Build/UP1A.231005.007; wv) AppleWebKit/537.36 (KHTML, like Gecko)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"

BROWSERS = (
    f"{WINDOWS} Chrome/126.0.0.0 Safari/537.36",
    f"{WINDOWS} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
    f"{WINDOWS} Chrome/78.0.3904.108 Safari/537.36 360SE",
    f"{WINDOWS} Chrome/86.0.4240.198 Safari/537.36 360EE",
    f"{WINDOWS} Chrome/69.0.3497.100 Safari/537.36 QIHU 360SE/12.1",
    f"{WINDOWS} Chrome/94.0.4606.71 Safari/537.36 Core/1.94.202.400 QQBrowser/11.9.5355.400",
    f"{WINDOWS} Chrome/80.0.3987.87 Safari/537.36 SE 2.X MetaSr 1.0",
    f"{WINDOWS} Chrome/92.0.4515.131 Safari/537.36 SLBrowser/8.0.0.9221 SLBChan/8",
    f"{WINDOWS} Chrome/69.0.3947.100 Safari/537.36 Maxthon/6.1",
    f"{WINDOWS} Chrome/87.0.4280.88 Safari/537.36 UBrowser/7.0",
    "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
    "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 5.1; Trident/4.0)",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (X11; Linux aarch64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/92.0 Safari/537.36 UOS",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/107.0 Safari/537.36 Qaxbrowser",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
    f"{ANDROID} Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.49.2600(0x28003133) NetType/4G Language/zh_CN",
    f"{IPHONE} Mobile/15E148 MicroMessenger/8.0.49(0x18003137) NetType/WIFI Language/zh_CN",
    f"{WINDOWS} Chrome/107.0 Safari/537.36 MicroMessenger/7.0.20.1781(0x6700143B) NetType/WIFI WindowsWechat(0x63090b11) XWEB/9185",
    f"{WINDOWS} Chrome/107.0 Safari/537.36 wxwork/4.1.10 MicroMessenger/7.0.1 Language/zh",
    f"{ANDROID} Version/4.0 Chrome/97.0 Mobile Safari/537.36 T7/13.60 SP-engine/2.98.0 baiduboxapp/13.60.0.10 (Baidu; P1 14)",
    f"{IPHONE} Mobile/15E148 SP-engine/3.7.0 main%2F1.0 baiduboxapp/13.70.0.10 (Baidu; P2 17.5)",
    f"{ANDROID} Version/4.0 Chrome/100.0 UWS/4.3 Mobile Safari/537.36 AliApp(AP/10.6.0) AlipayClient/10.6.0 Language/zh-Hans",
    f"{ANDROID} Version/4.0 Chrome/109.0 Mobile Safari/537.36 AliApp(DingTalk/7.5.20) com.alibaba.android.rimet/7.5",
    f"{ANDROID} Version/4.0 Chrome/94.0 Mobile Safari/537.36 JsSdk/2 NewsArticle/9.7.6 NetType/wifi (news_article; toutiao)",
    f"{IPHONE} Mobile/15E148 NewsLite/9.7 JsSdk/2.0 NetType/WIFI (NewsLite 9.7 17.5)",
    f"{ANDROID} Version/4.0 Chrome/98.0 MQQBrowser/6.2 TBS/046281 Mobile Safari/537.36 V1_AND_SQ_8.9.78 QQ/8.9.78",
    f"{ANDROID} Version/4.0 Chrome/100.0 Quark/6.9.5.470 Mobile Safari/537.36",
    f"{ANDROID} Version/4.0 Chrome/100.0 UCBrowser/16.3.5 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; U; Android 13; zh-cn; 2211133C) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/100 XiaoMi/MiuiBrowser/17.9",
    "Mozilla/5.0 (Linux; Android 12; HarmonyOS; NOH-AN00; HMSCore 6.13) AppleWebKit/537.36 Chrome/99.0 HuaweiBrowser/14.0 Mobile",
    f"{IPHONE} Version/17.5 Mobile/15E148 Safari/604.1 SogouMSE,SogouMobileBrowser/15.2",
)

ROBOTS = (
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    f"{ANDROID} Chrome/97.0 Mobile Safari/537.36 (compatible; Baiduspider-render/2.0)",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Sogou web spider/4.0(+http://www.sogou.com/docs/help/webmasters.htm#07)",
    "Mozilla/5.0 (compatible; Bytespider; spider-feedback@bytedance.com)",
    "Mozilla/5.0 (compatible; 360Spider; +http://www.so.com/help/help_3_2.html)",
    "Mozilla/5.0 (compatible; YisouSpider/5.0; +http://www.yisou.com)",
    "Mozilla/5.0 (Linux; Android 7.0;) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; PetalBot)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    "curl/8.5.0",
    "Wget/1.21.4",
    "python-requests/2.32.3",
    "Go-http-client/1.1",
    "Java/17.0.10",
    "okhttp/4.12.0",
    "Scrapy/2.11 (+https://scrapy.org)",
    "axios/1.7.2",
    f"{WINDOWS} HeadlessChrome/126.0.0.0 Safari/537.36",
)
