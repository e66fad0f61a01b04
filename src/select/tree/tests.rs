//! Trees as html5ever builds them, and the limits of what is taken.

use std::fmt::Write as _;

use super::*;
use proptest::prelude::*;

/// The tree written down, what comments say left out.
fn written(html: &Html) -> String {
    let mut out = format!("{:?}\n", html.quirks_mode);
    for node in html.tree.root().descendants() {
        let depth = node.ancestors().count();
        let _ = match node.value() {
            Node::Comment(_) => writeln!(out, "{depth} comment"),
            Node::Element(element) => writeln!(out, "{depth} {:?} {element:?}", element.name),
            value => writeln!(out, "{depth} {value:?}"),
        };
    }
    out
}

#[track_caller]
fn check(page: &str) {
    assert_eq!(written(&tree_of(page)), written(&Html::parse_document(page)), "{page:?}");
}

#[test]
fn the_tree_is_that_of_html5ever() {
    for page in [
        "",
        "<!DOCTYPE html><html lang=de><head><title>a &amp; b</title></head><body class=\"x y\">c</body></html>",
        "<!doctype html public \"-//W3C//DTD HTML 4.01 Transitional//EN\"><p>a<table><tr><td>b</table>",
        "\u{feff}<p>a\r\nb\rc<pre>\r\nd</pre><textarea>\n\nx</textarea>",
        "<p a=1 b='2' c=\"3\" d e= f =g h/i=j k=l/ A=2 =m><br/><img src=a/>",
        "<a href='?a=1&copy=2&amp;b=3'>&copy;&nbsp;&#8222;&unknown; & &",
        "a < b <3 </> </ x> <? y> <!z> <!-- c --> <!--> d <!---> e <!-- f --!> g <!----> <!-- -- --->h",
        "<title>a<b>c</titl></title >d<style>p > a</style><xmp><b></xmp><noscript><p>x</noscript>",
        "<script>if (a < b) '</p>'</script ><script><!-- <script> </script> --></script>e",
        "<svg><path d='x'/><![CDATA[a<b]]></svg><math><mi>x</mi></math><![CDATA[y]]>",
        "<table>a<tr>b<td>c</table><b><p>d</b>e</p><i><i><i><i><p>f",
        "<p>a<plaintext>b</p>&amp;<c",
        "<select><option>a<option>b</select><frameset><frame></frameset>",
        "<p title=\"never closed>a",
        "<p title=x",
        "<title>never closed &amp",
        "a</",
        "<",
        "<!-- never closed",
        "<!doctype",
        "<p>ä</ÄÖ>ü<ä><P CLASS=Ä Ü=1>ß",
        "a\0b<p\0 c\0=d>",
        "<template><p>a</template><b a=1><b a=1><b a=1><b a=1><p>x",
    ] {
        check(page);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_mixture_of_pieces_gives_the_same_tree(
        pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..40)
    ) {
        let page = pieces.concat();
        prop_assert_eq!(written(&tree_of(&page)), written(&Html::parse_document(&page)), "{:?}", page);
    }
}

const PIECES: &[&str] = &[
    "<",
    ">",
    "/",
    "=",
    "\"",
    "'",
    "&",
    ";",
    "!",
    "-",
    "--",
    "<!--",
    "-->",
    "--!>",
    "?",
    " ",
    "\n",
    "\r",
    "\t",
    "a",
    "ä",
    "x=",
    "class=",
    "<p",
    "<p>",
    "</p>",
    "<div ",
    "</div>",
    "<b>",
    "</b>",
    "<a href=x>",
    "</a>",
    "<table>",
    "<tr>",
    "<td>",
    "</table>",
    "<title>",
    "</title>",
    "</title ",
    "<textarea>",
    "</textarea>",
    "<script>",
    "</script>",
    "<style>",
    "</style>",
    "<svg>",
    "</svg>",
    "<math>",
    "<![CDATA[",
    "]]>",
    "<select>",
    "<option>",
    "<!doctype html>",
    "<!DOCTYPE",
    "html PUBLIC \"",
    "&amp;",
    "&copy",
    "&#x41",
    "&#",
    "&not",
    "it;",
    "<br/>",
    "</br>",
    "<pre>",
    "<ul><li>",
    "<h1>",
    "</h1>",
    "<html lang=a>",
    "<body x=y>",
    "<head>",
    "</body>",
    "</html>",
    "<form>",
    "<input type=hidden>",
    "<template>",
    "</template>",
    "<noscript>",
    "</noscript>",
    "<plaintext>",
    "<iframe>",
    "</iframe>",
    "\u{c}",
    "A",
    "<P CLASS=Q>",
    "\0",
    "<meta charset=utf-8>",
    "<frameset>",
];
