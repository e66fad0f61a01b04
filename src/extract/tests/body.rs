//! Which of a page's texts are the article's, on pages without a portal file.

use super::{ONE, THREE, TWO, generic, texts};

/// Every sentence and nothing else is the body.
pub(super) fn check_body(html: &str) {
    let extraction = generic(html);
    let expected: Vec<String> = [ONE, TWO, THREE].iter().map(|text| format!("paragraph: {text}")).collect();
    assert_eq!(texts(&extraction), expected, "{html}");
}

#[test]
fn the_text_is_found_in_every_frame() {
    check_body(&format!("<h1>Rat saniert</h1><div>{ONE}<br><br>{TWO}<br><br>{THREE}</div>"));
    check_body(&format!("<h1>Rat saniert</h1><div><div>{ONE}</div><div>{TWO}</div><div>{THREE}</div></div>"));
    check_body(&format!(
        "<main><h1>Rat saniert</h1><noscript><p>{ONE}</p><p>{TWO}</p><p>{THREE}{}</p></noscript></main>",
        " ".repeat(800)
    ));
    check_body(&format!(
        "<h1>Rat saniert</h1><div class=article-body><p>{ONE}</p></div><div class=advert><p>Kaufen Sie jetzt dieses ganz \
         besondere Fahrrad, denn es ist billig.</p></div><div class=article-body><p>{TWO}</p><p>{THREE}</p></div>"
    ));
    // Names lie: what holds the text is not left out for what it is called.
    check_body(&format!(
        "<h1>Rat saniert</h1><div class='content has-sidebar paywall'><p>{ONE}</p><p>{TWO}</p><p>{THREE}</p></div>"
    ));
    check_body(&format!(
        "<h1>Rat saniert</h1><div><p class=paywall>{ONE}</p><p class=paywall>{TWO}</p><p class=paywall>{THREE}</p></div>"
    ));
}

#[test]
fn an_article_in_several_pieces_keeps_its_headings_and_ends_before_the_next() {
    let page = format!(
        "<h1>Rat saniert</h1><div><div class='part article-body a'><p>{ONE}</p></div><div><h3>Die Arbeiten</h3>\
         <div class='article-body b'><p>{TWO}</p></div></div><div class=article-body><h3>Der Umzug</h3></div>\
         <div class=article-body><p>{THREE}</p></div><h1>Wald brennt</h1><div class=article-body><p>{}</p></div></div>",
        "Im Wald hat es am Sonntag gebrannt, und niemand weiß, warum das Feuer ausbrach. "
    );
    let expected = [
        format!("paragraph: {ONE}"),
        "heading: Die Arbeiten".to_owned(),
        format!("paragraph: {TWO}"),
        "heading: Der Umzug".to_owned(),
        format!("paragraph: {THREE}"),
    ];
    assert_eq!(texts(&generic(&page)), expected);
}

#[test]
fn a_heading_of_a_box_in_the_midst_does_not_end_the_article() {
    let page = |rest: &str| {
        format!(
            "<div><h1>Rat saniert</h1><p>{ONE}</p><p>{TWO}</p><h3>Auch interessant</h3><div class=teaser>\
             <a href=/b>Schule zieht um</a></div>{rest}</div>"
        )
    };
    check_body(&page(&format!("<p>{THREE}</p>")));
    let other =
        format!("<section><p>{}</p></section>", "Anderswo zieht eine Schule um, sagt der Rektor. ".repeat(2));
    assert_eq!(generic(&page(&other)).article.body.len(), 2);
}

#[test]
fn short_lines_after_the_last_sentence_belong_to_it_and_boxes_at_the_foot_do_not() {
    let page = generic(&format!(
        "<div class=article-body><h1>Rat saniert</h1><p>{ONE}</p><p>{TWO}</p><h3>Die Sieger</h3><p>Anna Berg</p>\
         <p>Tom Stein</p><div><div>Schneller lesen</div><ul><li>Überall</li><li>Jederzeit</li></ul></div></div>"
    ));
    assert_eq!(
        texts(&page)[2..],
        ["heading: Die Sieger", "paragraph: Anna Berg", "paragraph: Tom Stein"].map(str::to_owned)
    );
}

#[test]
fn a_witness_with_gaps_is_completed_by_neighbours() {
    let four = "Am Ende stimmten alle Fraktionen zu, auch wenn einzelne Mitglieder Bedenken wegen der Kosten hatten.";
    let page = format!(
        "<script type=application/ld+json>{{\"@type\":\"NewsArticle\",\"articleBody\":\"{TWO} {THREE} {four}\"}}</script>\
         <h1>Rat saniert</h1><div><p class=initial>{ONE}</p><p>{TWO}</p><p>{THREE}</p><p>{four}</p></div>"
    );
    assert_eq!(generic(&page).article.body.len(), 4);
}

#[test]
fn a_name_alone_under_the_text_signs_it() {
    let page = format!(
        "<meta name=author content='Anna Berg'><article><h1>Rat saniert</h1><p>{ONE}</p><p>{TWO}</p><p>{THREE}</p>\
         <p>Anna Berg</p></article>"
    );
    check_body(&page);
}

#[test]
fn a_line_above_the_text_that_says_who_wrote_it_is_no_text() {
    let page = |line: &str| {
        format!("<article><h1>Rat saniert</h1><p>{line}</p><p>{ONE}</p><p>{TWO}</p><p>{THREE}</p></article>")
    };
    check_body(&page("Von Anna Berg"));
    check_body(&page("Von Anna Berg und Tom Stein, dpa"));
    let sentence =
        "Von Anna Berg hat man lange nichts gehört, jetzt ist sie wieder da und spricht vom Rathaus.";
    let found = generic(&page(sentence)).article;
    assert_eq!(found.body.len(), 4, "{:?}", found.body);
}

#[test]
fn what_stands_around_the_text_is_left_out() {
    let around = [
        "<div class=related><p>Ein anderer Artikel, der auch sehr lang ist, steht daneben und gehört nicht dazu.</p></div>",
        "<p>Lesen Sie auch: <a href=/b>Schule zieht um</a></p>",
        "<ul><li><a href=/c>Erster Verweis</a></li><li><a href=/d>Zweiter Verweis</a></li></ul>",
        "<figure><img src=/x.jpg><figcaption>Das Rathaus, wie es heute dasteht. Foto: Anna Berg</figcaption></figure>",
        "<div id=comments><p>Ich finde, das ist viel zu teuer, und das habe ich schon immer gesagt, auch früher.</p></div>",
        "<form class=newsletter><p>Melden Sie sich für unseren Newsletter an und lesen Sie jeden Morgen das Neueste.</p></form>",
        "<h3>Mehr zum Thema</h3>",
        "<h3>Unsere Lieblinge</h3><ul><li><a href=/c>Erster Verweis</a></li><li><a href=/d>Zweiter Verweis</a></li></ul>",
        "<p><img src=/x.jpg><br><em>Anna Berg (links)</em></p>",
        "<div class=poll><p>Wie gefällt Ihnen das alte Rathaus heute?</p><label>Gut</label></div>",
        "<blockquote class=pullquote>Das alte Rathaus zu sanieren kostet zwei Millionen Euro.</blockquote>",
        "<div class=article-body__footer><p>Unser Team berichtet jeden Tag aus der Stadt, und das seit fünfzig Jahren.</p></div>",
    ];
    for part in around {
        check_body(&format!(
            "<article><h1>Rat saniert</h1><p>{ONE}</p><p>{TWO}</p><p>{THREE}</p>{part}</article>"
        ));
    }
}

#[test]
fn the_article_s_own_json_is_a_witness_and_a_last_resort() {
    let json = format!(
        "<script type=application/ld+json>{{\"@type\":\"NewsArticle\",\"headline\":\"Rat saniert\",\"articleBody\":\"{ONE}\\n{TWO}\\n{THREE}{}\"}}</script>",
        " ".repeat(120)
    );
    check_body(&format!("{json}<h1>Rat saniert</h1>"));
    check_body(&format!(
        "{json}<h1>Rat saniert</h1><div class=box><p>{ONE}</p><p>{TWO}</p><p>{THREE}</p></div><div><p>{}</p></div>",
        "Etwas ganz anderes steht in diesem Kasten. ".repeat(12)
    ));
    let state = format!(
        "<script id=__NEXT_DATA__ type=application/json>{{\"a\":{{\"html\":\"<p>{ONE}</p><p>{TWO}</p><p>{THREE}</p>{}\"}}}}</script><h1>Rat saniert</h1>",
        " ".repeat(200)
    );
    check_body(&state);
}

#[test]
fn pieces_of_one_class_beside_one_another_are_one_text() {
    let long = format!("{ONE} {TWO} {THREE} ").repeat(6);
    let page = generic(&format!(
        "<div class=page><h1>Rat saniert</h1><button>Teilen</button><div class='parts open'><p>{ONE}</p></div>\
         <span>Werbung</span><div class='parts rest'><p>{long}</p><p>{long}</p><p>{TWO}</p></div>\
         <div class='parts box'><h3><a href=/b>Schule zieht um</a></h3><p>{THREE}</p></div></div>"
    ));
    assert_eq!(page.article.body.len(), 4);
    assert_eq!(texts(&page)[0], format!("paragraph: {ONE}"));
}

#[test]
fn a_witness_that_knows_the_beginning_does_not_end_the_article() {
    let json = |text: &str| {
        format!(
            "<script type=application/ld+json>{{\"@type\":\"NewsArticle\",\"articleBody\":\"{text}\"}}</script>"
        )
    };
    let part = |text: &str| format!("<div class=part><p>{text}</p></div>");
    let four = "Am Ende stimmten alle Fraktionen zu, auch wenn einzelne Mitglieder Bedenken wegen der Kosten hatten.";
    let page = generic(&format!(
        "{}<h1>Rat saniert</h1><main>{}{}{}{}</main>",
        json(&format!("{ONE} {TWO} {THREE}")),
        part(ONE),
        part(TWO),
        part(THREE),
        part(four)
    ));
    assert_eq!(page.article.body.len(), 4);
    // The rest stands deeper within the element, and is long.
    let rest = format!("<p>{four}</p>").repeat(3);
    let page = |rest: &str| {
        generic(&format!(
            "{}<main><h1>Rat saniert</h1><div><p>{ONE}</p><p>{TWO}</p><p>{THREE}</p><div><div>{rest}</div></div></div></main>",
            json(&format!("{ONE} {TWO} {THREE}"))
        ))
    };
    assert_eq!(page(&rest).article.body.len(), 6);
    assert_eq!(
        page("<p>Jeden Morgen die besten Geschichten aus der Stadt, kostenlos und ganz früh.</p>")
            .article
            .body
            .len(),
        3
    );
}

#[test]
fn a_lead_marked_up_as_a_heading_is_no_witness() {
    let lead =
        "Lange wurde gestritten, nun steht fest, was mit dem Rathaus geschieht und wer dafür bezahlt. "
            .repeat(3);
    check_body(&format!(
        "<script type=application/ld+json>{{\"@type\":\"NewsArticle\",\"articleBody\":\"{lead}\"}}</script>\
         <article><h1>Rat saniert</h1><h2>{lead}</h2><div><p>{ONE}</p><p>{TWO}</p><p>{THREE}</p></div></article>"
    ));
}

#[test]
fn a_link_alone_does_not_end_the_text_and_is_part_of_it_after_a_colon() {
    check_body(&format!(
        "<div><h1>Rat saniert</h1><p>{ONE}</p><p>{TWO}</p><p>{THREE}</p><p><a href=/b>Anna Berg</a></p></div>"
    ));
    let listed = generic(&format!(
        "<div><h1>Rat saniert</h1><p>{ONE}</p><p>{TWO}</p><h3>Die Sieger</h3><p><a href=/b>Anna Berg</a></p>\
         <p>Tom Stein</p><p>Eva Holz</p></div>"
    ));
    assert_eq!(texts(&listed)[2..], ["heading: Die Sieger", "paragraph: Tom Stein", "paragraph: Eva Holz"]);
    let announced = ONE.replace('.', ":");
    let address = generic(&format!(
        "<div><h1>Rat saniert</h1><p>{announced}</p><p><a href=mailto:a@b.example>a@b.example</a></p><p>{TWO}</p></div>"
    ));
    assert_eq!(texts(&address)[1], "paragraph: a@b.example");
}

#[test]
fn a_paragraph_with_much_text_is_not_the_whole_article() {
    let links = "<a href=/a>Helium</a> und <a href=/b>Sterne</a>, ".repeat(12);
    let page = generic(&format!(
        "<div class=entry-content><h1>Rat saniert</h1><p>{ONE} {TWO}</p><p>Und entschuldigt den Fehler (falls ihr ihn gefunden habt)</p>\
         <p>Darin: {links}</p></div>"
    ));
    assert!(texts(&page).iter().any(|text| text.contains("entschuldigt")), "{:?}", texts(&page));
}

#[test]
fn lists_of_terms_are_lists() {
    let page = generic(&format!(
        "<div class=article-body><h1>Rat saniert</h1><p>{ONE}</p><dl><dt>Kosten</dt><dd>Zwei Millionen Euro, davon die Hälfte vom Land</dd></dl><p>{TWO}</p></div>"
    ));
    assert_eq!(texts(&page)[1], "list: Kosten\nZwei Millionen Euro, davon die Hälfte vom Land");
}

#[test]
fn captions_and_boxes_of_the_author_are_no_text() {
    let around = [
        "<div class=picture-frame><img src=/x.jpg><div><p>Das Rathaus im Morgenlicht.</p></div></div>",
        "<div class=articleAuthor><p>Anna Berg</p><p>Sie schreibt seit zehn Jahren für uns über Häuser und Plätze.</p></div>",
        "<div class=news-letter-section><p>Jeden Morgen die besten Geschichten aus der Stadt, kostenlos und früh.</p></div>",
        "<div class=privacy-embed-preview><blockquote><p>Heute hat der Rat beschlossen, das Haus zu sanieren.</p></blockquote></div>",
    ];
    for part in around {
        check_body(&format!(
            "<article><h1>Rat saniert</h1><p>{ONE}</p><p>{TWO}</p>{part}<p>{THREE}</p></article>"
        ));
    }
}

#[test]
fn the_article_s_own_description_is_text_whatever_it_is_called() {
    check_body(&format!(
        "<div class=article><h1>Rat saniert</h1><div class=teaser-text itemprop=description><p>{ONE}</p></div>\
         <div><p>{TWO}</p><p>{THREE}</p></div></div>"
    ));
}

#[test]
fn a_text_far_below_the_headline_s_own_is_another() {
    let gap = "<div><svg></svg><i></i></div>".repeat(300);
    let terms = "<p>Unsere Lieferungen kommen mit der Post zu Ihnen, soweit nichts anderes angegeben ist und vereinbart wurde.</p>";
    check_body(&format!(
        "<h1>Rat saniert</h1><div><div>{ONE}</div><div>{TWO}</div><div>{THREE}</div></div>{gap}<div id=info>{}</div>",
        terms.repeat(4)
    ));
    // An advert as long parts what belongs together.
    check_body(&format!("<div><h1>Rat saniert</h1><p>{ONE}</p><p>{TWO}</p>{gap}<p>{THREE}</p></div>"));
    // A lead alone is not the article.
    let long = generic(&format!(
        "<h1>Rat saniert</h1><p>{ONE}</p>{gap}<div><div>{}</div></div>",
        format!("<p>{TWO}</p>").repeat(6)
    ));
    assert!(long.article.text().contains(TWO));
}

#[test]
fn pages_with_hardly_a_sentence_give_their_lines() {
    let page = generic(
        "<body><h1>Herbstmarkt</h1><nav><a href=/a>Start</a></nav><div class=content><p>Samstag ab zehn Uhr auf dem alten Markt</p>\
         <p>Mit Musik von der Stadtkapelle und einem Umzug</p><ul><li>Eintritt für Kinder frei</li><li>Erwachsene drei Euro</li></ul></div>\
         <footer><p>Talkurier ist ein Dienst der Stadt und bietet Nachrichten, Termine und Auskünfte aus dem ganzen Tal.</p></footer></body>",
    );
    let text = page.article.text();
    assert!(text.contains("Stadtkapelle") && text.contains("Eintritt") && !text.contains("Dienst"), "{text}");
    // A page of facts has a sentence here and there; an article may be as short.
    let facts = format!(
        "<h1>Rathaus</h1><div class=content><div><p>{ONE}</p><p>{TWO}</p><p>{THREE}</p></div>{}</div>",
        "<div><p>Öffnungszeiten Montag bis Freitag von acht bis zwölf Uhr</p></div>".repeat(30)
    );
    assert!(generic(&facts).article.text().contains("Öffnungszeiten"));
    let article = format!("<meta property='og:type' content=article>{facts}");
    assert!(!generic(&article).article.text().contains("Öffnungszeiten"));
}

#[test]
fn a_link_with_much_text_around_it_is_no_container() {
    let page = generic(&format!(
        "<div><h1>Rat saniert</h1><p><a href=/b>Der Rat</a> {ONE} {TWO}</p><p>Und entschuldigt den Fehler (falls ihr ihn gefunden habt)</p>\
         <ul>{}</ul></div>",
        "<li><a href=/c>Noch ein Verweis auf etwas ganz anderes</a></li>".repeat(20)
    ));
    assert!(page.article.text().contains("entschuldigt"), "{:?}", texts(&page));
}

#[test]
fn steps_in_a_list_are_text_though_a_box_has_more_of_it() {
    let steps = [
        "Den Teig am Abend vorher ansetzen und zugedeckt an einem kühlen Ort gehen lassen",
        "Die Äpfel schälen, in feine Spalten schneiden und mit etwas Saft beträufeln",
        "Alles auf das Blech geben und bei milder Hitze eine Stunde lang backen",
    ];
    let items = steps.map(|step| format!("<li>{step}</li>")).concat();
    let more = "Der Verein der Köche lädt im Herbst zu seinem Fest auf den Hof ein. ".repeat(5);
    let page = format!(
        "<div><h1>Apfelkuchen vom Blech</h1><ul>{items}</ul></div><div><p>{more}</p><p>{more}</p></div>"
    );
    let list = format!("list: {}", steps.join("\n"));
    assert!(texts(&generic(&page)).contains(&list), "{:?}", texts(&generic(&page)));
}
