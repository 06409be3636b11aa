//! Attacks one by one, in our own words: what each must not become, and the text that must stay.

use baton_channels::html::{Remote, Theme, document, sanitise};

use crate::dom::{self, elements};
use crate::judge::{check, policy};

/// Attacks that hold the word "Hello" as the text of the mail.
const ATTACKS: &[&str] = &[
    // Parsers that disagree: foreign content, raw text, mis-nesting.
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--><img src=1 onerror=1>\"></table></mtext></math>Hello",
    "<svg></p><style><a id=\"</style><img src=1 onerror=1>\">Hello",
    "<svg><style><img src=x onerror=1></style></svg>Hello",
    "<math><annotation-xml encoding=text/html><style><img src=x onerror=1></style></annotation-xml></math>Hello",
    "<svg><foreignObject><iframe srcdoc='<script>1</script>'></iframe></foreignObject></svg>Hello",
    "<svg><desc><img src=x onerror=1></desc></svg>Hello",
    "<svg><title><style><img src=x onerror=1></style></title></svg>Hello",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=1></style></form>Hello",
    "<noembed><img src=x onerror=1></noembed>Hello",
    "<noframes><style></noframes><img src=x onerror=1></style>Hello",
    "<textarea><script>1</script></textarea>Hello",
    "<title><img src=x onerror=1></title>Hello",
    "Hello<select><iframe></select><img src=x onerror=1>",
    "Hello<table><caption><math><mi><style></caption><img src=x onerror=1></table>",
    "<dialog open onclose=1>Hello</dialog>",
    "<details open ontoggle=1>Hello</details>",
    "<template><template><img src=x onerror=1></template></template>Hello",
    "<p><svg><p><img src=x onerror=1></p></svg>Hello</p>",
    "<xmp><p title='</xmp><img src=x onerror=1>'></xmp>Hello",
    "<!--[if gte mso 9]><img src=x onerror=1><![endif]-->Hello",
    "<!--><script>1</script>-->Hello",
    "<!-- --!><img src=x onerror=1> -->Hello",
    "<![CDATA[ ]]><img src=x onerror=1>Hello",
    "<?php echo '<img src=x onerror=1>' ?>Hello",
    "Hello<plaintext><img src=x onerror=1>",
    "Hello<script>",
    "Hello<style>",
    "Hello<!--",
    "Hello<img src=x onerror=1",
    // Handlers, in every spelling.
    "<b onclick=1>Hello</b>",
    "<b/onmouseover=1>Hello</b>",
    "<b\u{c}onpointerenter=1>Hello</b>",
    "<b \0onfocus=1 tabindex=1 autofocus>Hello</b>",
    "<b ONWHEEL=1>Hello</b>",
    "<b x='y'onclick=1>Hello</b>",
    "<marquee onstart=1>Hello</marquee>",
    "<body onload=1 background=//x.example/p>Hello</body>",
    "<img src=x:x onerror=1>Hello",
    "<svg onload=1>Hello</svg>",
    // Addresses that run or lead astray.
    "<a href=javascript:1>Hello</a>",
    "<a href=' \u{1}javascript:1'>Hello</a>",
    "<a href='JaVaScRiPt&#58;1'>Hello</a>",
    "<a href='&#x6A&#x61vascript:1'>Hello</a>",
    "<a href=vbscript:1>Hello</a>",
    "<a href=data:text/html,1>Hello</a>",
    "<a href=blob:http://x/1>Hello</a>",
    "<a href=file:///etc/passwd>Hello</a>",
    "<a href=ms-msdt:/id>Hello</a>",
    "<a href='search-ms:query=x'>Hello</a>",
    "<a href=cid:logo>Hello</a>",
    "<a href='view-source:http://x.example'>Hello</a>",
    "<a href=//x.example>Hello</a>",
    "<a href=\\\\x.example\\share>Hello</a>",
    "<a href=tauri://localhost/>Hello</a>",
    "<a href='https://x.example' target=_top>Hello</a>",
    "<a href='https://x.example' target=_parent ping='https://y.example' download>Hello</a>",
    "<a xlink:href='javascript:1'>Hello</a>",
    "<svg><a xlink:href='javascript:1'><text>Hello</text></a></svg>",
    "<map name=m><area href=javascript:1></map>Hello",
    // Things that load or send.
    "<img src=//x.example/p.gif>Hello",
    "<img src=cid:unknown>Hello",
    "<img src=data:image/svg+xml,<svg/onload=1>>Hello",
    "<img src=data:image/png;base64,AAAA>Hello",
    "<img srcset='https://x.example/a 1x, https://x.example/b 2x' sizes=100vw>Hello",
    "<picture><source srcset=//x.example/p><img src=//x.example/q></picture>Hello",
    "<img lowsrc=//x.example dynsrc=//x.example longdesc=//x.example>Hello",
    "<input type=image src=//x.example/p>Hello",
    "<button form=f formaction=//x.example>Hello</button>",
    "<isindex action=javascript:1 type=image>Hello",
    "<keygen autofocus onfocus=1>Hello",
    "<video src=//x.example autoplay><track src=//x.example></video>Hello",
    "<audio src=//x.example autoplay></audio>Hello",
    "<iframe src=//x.example></iframe>Hello",
    "<frameset><frame src=//x.example></frameset><p>Hello",
    "<object data=//x.example><param name=movie value=//x.example></object>Hello",
    "<applet code=x archive=//x.example></applet>Hello",
    "<embed src=//x.example>Hello",
    "<portal src=//x.example></portal>Hello",
    "<link rel=stylesheet href=//x.example>Hello",
    "<link rel=prefetch href=//x.example><link rel=dns-prefetch href=//x.example>Hello",
    "<link rel=preconnect href=//x.example><link rel=icon href=//x.example>Hello",
    "<link rel=modulepreload href=//x.example><link rel=manifest href=//x.example>Hello",
    "<meta http-equiv=refresh content='0;url=//x.example'>Hello",
    "<meta http-equiv=set-cookie content=a=b>Hello",
    "<meta http-equiv=x-dns-prefetch-control content=on>Hello",
    "<meta http-equiv=Content-Security-Policy content='default-src *'>Hello",
    "<meta name=referrer content=unsafe-url>Hello",
    "<base href=//x.example target=_top>Hello",
    "<html manifest=//x.example>Hello",
    "<table background=//x.example><td background=//x.example>Hello",
    "<svg><image href=//x.example /><use href=//x.example#a /><feImage href=//x.example /></svg>Hello",
    "<svg><animate attributeName=href values=javascript:1 /><set attributeName=onclick to=1 /></svg>Hello",
    "<bgsound src=//x.example>Hello",
    "<script src=//x.example></script>Hello",
    "<script type=importmap>{}</script><script type=speculationrules>{}</script>Hello",
    "<blockquote cite=//x.example>Hello</blockquote>",
    "<p><q cite=javascript:1>Hello</q>",
    // Styles, in every spelling.
    "<p style=\"background:url(//x.example)\">Hello</p>",
    "<p style=\"background-image:URL( '//x.example' )\">Hello</p>",
    "<p style=\"background:u\\72l(//x.example)\">Hello</p>",
    "<p style=\"background:\\75\\72\\6c(//x.example)\">Hello</p>",
    "<p style=\"background:u/**/rl(//x.example)\">Hello</p>",
    "<p style=\"background:image-set('//x.example' 1x)\">Hello</p>",
    "<p style=\"background:-webkit-image-set(url(//x.example) 1x)\">Hello</p>",
    "<p style=\"background:cross-fade(url(//x.example),url(//y.example))\">Hello</p>",
    "<p style=\"list-style:url(//x.example)\">Hello</p>",
    "<p style=\"list-style-image:url(//x.example)\">Hello</p>",
    "<p style=\"content:url(//x.example)\">Hello</p>",
    "<p style=\"cursor:url(//x.example),auto\">Hello</p>",
    "<p style=\"border-image:url(//x.example) 1\">Hello</p>",
    "<p style=\"mask:url(//x.example)\">Hello</p>",
    "<p style=\"-webkit-mask-image:url(//x.example)\">Hello</p>",
    "<p style=\"clip-path:url(//x.example#a)\">Hello</p>",
    "<p style=\"filter:url(//x.example#a)\">Hello</p>",
    "<p style=\"shape-outside:url(//x.example)\">Hello</p>",
    "<p style=\"offset-path:url(//x.example)\">Hello</p>",
    "<p style=\"behavior:url(//x.example)\">Hello</p>",
    "<p style=\"-moz-binding:url(//x.example)\">Hello</p>",
    "<p style=\"width:expression(1)\">Hello</p>",
    "<p style=\"width:e/**/xpression(1)\">Hello</p>",
    "<p style=\"font-family:x;src:url(//x.example)\">Hello</p>",
    "<p style=\"--a:url(//x.example);background:var(--a)\">Hello</p>",
    "<p style=\"color:attr(x url)\">Hello</p>",
    "<p style=\"background:env(x,url(//x.example))\">Hello</p>",
    "<p style=\"color:red;}*{background:url(//x.example)\">Hello</p>",
    "<p style=\"color:red\0;background:url(//x.example)\">Hello</p>",
    "<p style=\"color:&quot;;background:url(//x.example);&quot;\">Hello</p>",
    "<p style=\"position:fixed;top:0;left:0;width:100vw;height:100vh\">Hello</p>",
    "<p style=\"position:absolute;z-index:2147483647\">Hello</p>",
    "<p style=\"margin-top:-9999px\">Hello</p>",
    "<style>@import url(//x.example);</style>Hello",
    "<style>/*@import*/@im\\port '//x.example';</style>Hello",
    "<style>/* </style><img src=x onerror=1> */</style>Hello",
    "<style>@font-face{font-family:x;src:url(//x.example)}*{font-family:x}</style>Hello",
    "<style>@namespace url(//x.example);@document url(//x.example){}</style>Hello",
    "<style>input[value^=a]{background:url(//x.example/a)}</style>Hello",
    "<style media='(min-width:1px)'>p{background:url(//x.example)}</style><p>Hello</p>",
];

#[test]
fn no_attack_acts_and_the_text_stays() {
    let mut wrong = Vec::new();
    for attack in ATTACKS {
        for remote in [Remote::Block, Remote::Allow] {
            let safe = sanitise(attack, &policy(remote));
            if remote == Remote::Block {
                for element in elements(&safe.html) {
                    if let Err(error) = check(&element) {
                        wrong.push(format!("{attack}: {error}"));
                    }
                }
            }
            if !dom::text(&safe.html).contains("Hello") {
                wrong.push(format!("{attack} lost its text: {}", safe.html));
            }
            let again = sanitise(&safe.html, &policy(remote));
            if again.html != safe.html {
                wrong.push(format!(
                    "{attack} is not settled: {} / {}",
                    safe.html, again.html
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_page_around_a_message_allows_nothing_by_itself() {
    for attack in ATTACKS {
        let page = document(&sanitise(attack, &policy(Remote::Block)), Theme::Light);
        let policies = page.matches("Content-Security-Policy").count();
        assert_eq!(policies, 1, "{attack}: a policy of its own");
        assert!(page.contains("default-src 'none'"), "{attack}");
        assert!(page.contains("script-src 'none'"), "{attack}");
        assert!(!page.contains("unsafe-eval"), "{attack}");
    }
}
