//! Whole articles in small: quotations in, speakers, roles and rules out. People and places are invented.

use super::find;
use crate::model::annotation::{Quote, QuoteKind};
use crate::structure::{BlockKind, Context, TextBlock};

fn quotes(language: &str, paragraphs: &[&str]) -> Vec<Quote> {
    let blocks: Vec<TextBlock<'_>> = paragraphs
        .iter()
        .map(|text| match text.strip_prefix("# ") {
            Some(headline) => TextBlock { kind: BlockKind::Headline, text: headline },
            None => TextBlock { kind: BlockKind::Paragraph, text },
        })
        .collect();
    find(&blocks, &Context { language: Some(language), published: None, places: &[] })
}

/// Text, speaker and role of every quotation that is not indirect.
fn check(language: &str, paragraphs: &[&str], expected: &[(&str, &str, &str)]) {
    let found = quotes(language, paragraphs);
    let found: Vec<(&str, &str, &str)> = found
        .iter()
        .filter(|quote| quote.kind != QuoteKind::Indirect)
        .map(|quote| {
            (
                quote.text.as_str(),
                quote.speaker.as_deref().unwrap_or("-"),
                quote.role.as_deref().unwrap_or("-"),
            )
        })
        .collect();
    assert_eq!(found, expected, "{paragraphs:?}");
}

#[test]
fn verb_so_and_colon_name_the_speaker() {
    check(
        "de",
        &["„Die Wehr hält“, sagte Ortsvorsteherin Almut Pirck am Abend."],
        &[("Die Wehr hält", "Almut Pirck", "Ortsvorsteherin")],
    );
    check(
        "de",
        &["„Das Netz reicht nicht“, so Volker Tamm, Leiter der Netzplanung."],
        &[("Das Netz reicht nicht", "Volker Tamm", "Leiter der Netzplanung")],
    );
    check(
        "de",
        &["Volker Tamm, Leiter der Netzplanung: „Wir bauen neu.“"],
        &[("Wir bauen neu.", "Volker Tamm", "Leiter der Netzplanung")],
    );
    check(
        "de",
        &["Der Vorstand der Quellbrunn AG, Volker Tamm, teilte mit: „Wir bauen neu.“"],
        &[("Wir bauen neu.", "Volker Tamm", "Vorstand der Quellbrunn AG")],
    );
    check(
        "en",
        &["“The dam holds,” said Alma Pirk, a county engineer. “It will hold tomorrow.”"],
        &[
            ("The dam holds,", "Alma Pirk", "county engineer"),
            ("It will hold tomorrow.", "Alma Pirk", "county engineer"),
        ],
    );
    check(
        "en",
        &["Owen Tarrant, the harbor master, said: \"We close at noon.\""],
        &[("We close at noon.", "Owen Tarrant", "harbor master")],
    );
}

#[test]
fn surnames_pronouns_and_roles_lead_to_the_full_name() {
    check(
        "de",
        &[
            "Baudezernentin Ines Falkner hat den Plan vorgestellt. „Er ist bezahlbar“, sagte sie.",
            "„Im Mai beginnen wir“, kündigte Falkner an. „Und zwar am Hafen“, ergänzte die Dezernentin.",
        ],
        &[
            ("Er ist bezahlbar", "Ines Falkner", "Baudezernentin"),
            ("Im Mai beginnen wir", "Ines Falkner", "Baudezernentin"),
            ("Und zwar am Hafen", "Ines Falkner", "Baudezernentin"),
        ],
    );
    check(
        "en",
        &[
            "“A roof is a roof,” the museum director said.",
            "“We waited,” said Paul Wragg, who runs the house.",
        ],
        &[
            ("A roof is a roof,", "Paul Wragg", "museum director"),
            ("We waited,", "Paul Wragg", "museum director"),
        ],
    );
}

#[test]
fn headlines_point_forward() {
    check(
        "de",
        &["# Falkner: „Wir bauen trotzdem“", "„Das Geld ist da“, sagt Dezernentin Ines Falkner."],
        &[
            ("Wir bauen trotzdem", "Ines Falkner", "Dezernentin"),
            ("Das Geld ist da", "Ines Falkner", "Dezernentin"),
        ],
    );
}

#[test]
fn a_headline_may_begin_with_what_somebody_says() {
    check(
        "de",
        &[
            "# „Das war knapp“ – Pilot rettet Segler",
            "Pilot Jan Rübel kam zuerst. „Der Mast war weg“, sagt er.",
        ],
        &[("Das war knapp", "Jan Rübel", "Pilot"), ("Der Mast war weg", "Jan Rübel", "Pilot")],
    );
    check("de", &["# Theater zeigt „Faustus“ als Puppenspiel"], &[]);
}

#[test]
fn fragments_belong_to_the_source_of_their_clause() {
    check(
        "de",
        &["Kämmerer Jost Hagelin nannte den Vertrag „eine Zumutung“."],
        &[("eine Zumutung", "Jost Hagelin", "Kämmerer")],
    );
    check(
        "de",
        &["Die Kasse ist laut Kämmerer Jost Hagelin „leer bis auf den Boden“."],
        &[("leer bis auf den Boden", "Jost Hagelin", "Kämmerer")],
    );
    check(
        "en",
        &["Treasurer Joan Hackle called the deal “a slap in the face.”"],
        &[("a slap in the face.", "Joan Hackle", "Treasurer")],
    );
}

#[test]
fn documents_and_people_without_a_name_have_a_mention_only() {
    check(
        "de",
        &["„Der Fahrer sang laut“, heißt es im Polizeibericht."],
        &[("Der Fahrer sang laut", "-", "-")],
    );
    check("de", &["„Es hat gekracht“, rief ein Zeuge."], &[("Es hat gekracht", "-", "Zeuge")]);
}

#[test]
fn titles_names_and_mottos_are_no_speech() {
    check("de", &["Der Film „Der letzte Kahn“ läuft im Kino „Lichtburg“."], &[]);
    check("de", &["Unter dem Motto „Wir gehen nicht unter“ zogen sie durch die Stadt."], &[]);
    check("de", &["Das sagte der Bürgermeister dem „Hafenboten“."], &[]);
    check("en", &["Her novel “The Long Ferry” won a prize."], &[]);
}

#[test]
fn the_one_spoken_to_and_the_paper_are_not_the_speaker() {
    check(
        "de",
        &["„Wir prüfen das“, sagte Landrätin Marga Stohl dem „Hafenboten“ (Montag)."],
        &[("Wir prüfen das", "Marga Stohl", "Landrätin")],
    );
    check(
        "en",
        &["“We will see,” Mayor Ada Stole told reporters."],
        &[("We will see,", "Ada Stole", "Mayor")],
    );
}

#[test]
fn the_second_half_of_a_split_quotation_continues() {
    for (language, text) in [
        ("de", "„Wir sind froh“, sagte Trainerin Lena Roloff, „dass es vorbei ist.“"),
        ("de", "„Wir sind froh“, sagte Trainerin Lena Roloff. „Es ist vorbei.“"),
        ("en", "“We are glad,” coach Lena Rolfe said, “that it is over.”"),
    ] {
        let found = quotes(language, &[text]);
        let continued: Vec<bool> = found.iter().map(|quote| quote.continued).collect();
        assert_eq!(continued, [false, true], "{text}");
        assert_eq!(found[0].speaker, found[1].speaker, "{text}");
    }
}

#[test]
fn reopened_paragraphs_continue_and_missing_marks_end_with_the_block() {
    let found = quotes("en", &["Mayor Ada Stole said: “We lost a year.", "“We will not lose another.”"]);
    assert_eq!(found.len(), 2);
    assert!(found[1].continued && found[1].speaker.as_deref() == Some("Ada Stole"));
}

#[test]
fn the_subjunctive_after_a_speaker_is_their_indirect_speech() {
    let found = quotes(
        "de",
        &[
            "Dezernentin Ines Falkner sagte: „Wir bauen.“ Das entlaste die Schulen. „Im Mai geht es los“, so Falkner weiter.",
        ],
    );
    let indirect: Vec<&Quote> = found.iter().filter(|quote| quote.kind == QuoteKind::Indirect).collect();
    assert_eq!(indirect.len(), 1);
    assert_eq!(indirect[0].text, "Das entlaste die Schulen.");
    assert_eq!(indirect[0].speaker.as_deref(), Some("Ines Falkner"));
    assert!(found[2].continued);
}

#[test]
fn interviews_are_answered_by_their_labels() {
    let found = quotes(
        "de",
        &[
            "Mit Imker Jan Wulff sprach die Redaktion über den Winter.",
            "Frage: Wie geht es den Bienen?",
            "Wulff: Sie sitzen eng zusammen.",
            "Frage: Und dem Imker?",
            "Wulff: Der wartet auf den März.",
        ],
    );
    let answers: Vec<(&str, Option<&str>)> =
        found.iter().map(|quote| (quote.kind.as_str(), quote.speaker.as_deref())).collect();
    assert_eq!(answers, [("interview", Some("Jan Wulff")), ("interview", Some("Jan Wulff"))]);
}

#[test]
fn offsets_count_code_points_and_hold_the_marks() {
    let text = "Öl für Übersee: „Größe zählt“, sagte Käthe Öhm.";
    let found = quotes("de", &[text]);
    let span = found[0].span;
    let spanned: String = text.chars().skip(span.start).take(span.end - span.start).collect();
    assert_eq!(spanned, "„Größe zählt“");
}

#[test]
fn appositions_and_relative_clauses_lead_back_to_the_subject() {
    for (text, speaker) in [
        (
            "Ann Thorne, a lawyer for the Harbor Forum, which sued, said the plan “sinks by itself.”",
            "Ann Thorne",
        ),
        (
            "Mark Ellery, 57, a host who likes to call himself “the last honest man,” told us he was “done.”",
            "Mark Ellery",
        ),
        (
            "A quarrel began with Mr. Dole and the ranking member, Carla Quist, who called it “a farce.”",
            "Carla Quist",
        ),
        ("Mark Ellery lost on Tuesday, saying that the vote had been “a coin toss.”", "Mark Ellery"),
    ] {
        let found = quotes("en", &[text]);
        let last = found.iter().rfind(|quote| quote.kind != QuoteKind::Indirect).unwrap();
        assert_eq!(last.speaker.as_deref(), Some(speaker), "{text}");
    }
}

#[test]
fn short_words_and_pronouns_mean_the_organisation_before() {
    check(
        "de",
        &["Die Molkerei Almtal warnt vor Käse. „Wir tauschen um“, teilte das Unternehmen mit."],
        &[("Wir tauschen um", "Molkerei Almtal", "-")],
    );
    check(
        "de",
        &["Der Verein Waldfreunde Osthang klagt. „Bäume sind Wohnungen“, schreibt er."],
        &[("Bäume sind Wohnungen", "Verein Waldfreunde Osthang", "-")],
    );
    check(
        "en",
        &["The campaign group Clear Shores was pleased. “A quota is a savings book,” it said."],
        &[("A quota is a savings book,", "Clear Shores", "campaign group")],
    );
    check(
        "en",
        &["The Justice Department declined to comment. “We wait,” the department said later."],
        &[("We wait,", "Justice Department", "-")],
    );
}

#[test]
fn a_pronoun_means_the_subject_of_the_sentence_before() {
    check(
        "en",
        &[
            "Leader Mitch Grath said on Monday that Ray Remmington “should go.” “I believe the women,” he said.",
        ],
        &[("should go.", "Mitch Grath", "Leader"), ("I believe the women,", "Mitch Grath", "Leader")],
    );
    check(
        "de",
        &["Vor dem Rathaus standen 300 Leute. Bürgermeisterin Eva Roth sah zu. „Raus!“, riefen sie."],
        &[("Raus!", "-", "-")],
    );
}

#[test]
fn somebody_unknown_is_not_the_last_speaker() {
    check(
        "de",
        &["„Es geht nicht ums Geld“, sagte Wirt Udo Koch. „Doch“, flüsterte jemand im Flur."],
        &[("Es geht nicht ums Geld", "Udo Koch", "Wirt"), ("Doch", "-", "-")],
    );
    check(
        "de",
        &["Innenministerin Paola Greve schwieg. „Man prüft“, hieß es aus dem Ministerium."],
        &[("Man prüft", "-", "-")],
    );
}

#[test]
fn broadcasts_and_nicknames_are_no_speech() {
    check("en", &["“He lost,” Mr. Rhee said on Harbor TV’s “Morning Round.”"], &[("He lost,", "Rhee", "-")]);
    check("en", &["They are called “swing voters” by pollsters."], &[]);
}

#[test]
fn a_press_release_keeps_its_four_voices_apart() {
    let found = quotes(
        "de",
        &[
            "# Rathaus verlegt die Schreibtische nach Hause",
            "Ulm.| Die Stadt Ulm hat die Zahl ihrer Heimarbeitsplätze verzehnfacht. Das teilte sie am Montag, 6. April, mit.",
            "Erster Beigeordneter Anton Walser sagte: „Ein Rathaus muss auch in solchen Wochen erreichbar sein. Ohne Technik ginge das nicht“. Zugleich entlaste es die Familien. „Viele arbeiten nun abends. Das bestärkt uns in unserem Vorhaben ‚Amt MobiL‘“, so Walser weiter.",
            "Jörg Reblin, Geschäftsführer der Netze Donau: „Dass dies in neun Tagen gelang, liegt an kurzen Wegen.“",
            "Die Anbindung haben die Fachleute des Hauses besorgt. „Sicherheit stand obenan. Abstriche gab es nicht“, so Karl-Heinz Wesselmann, Leiter IT der Stadt Ulm.",
        ],
    );
    let voices: Vec<(QuoteKind, Option<&str>, Option<&str>, bool)> = found
        .iter()
        .map(|quote| (quote.kind, quote.speaker.as_deref(), quote.role.as_deref(), quote.continued))
        .collect();
    let walser = (Some("Anton Walser"), Some("Erster Beigeordneter"));
    assert_eq!(
        voices,
        [
            (QuoteKind::Direct, walser.0, walser.1, false),
            (QuoteKind::Indirect, walser.0, walser.1, false),
            (QuoteKind::Direct, walser.0, walser.1, true),
            (QuoteKind::Direct, Some("Jörg Reblin"), Some("Geschäftsführer der Netze Donau"), false),
            (QuoteKind::Direct, Some("Karl-Heinz Wesselmann"), Some("Leiter IT der Stadt Ulm"), false),
        ]
    );
    assert_eq!(found[1].text, "Zugleich entlaste es die Familien.");
}

#[test]
fn another_word_for_somebody_means_who_was_spoken_of() {
    check(
        "de",
        &["Klempner Udo Stell hat abgelehnt. „Das rechnet sich nicht“, sagt der Fachmann."],
        &[("Das rechnet sich nicht", "Udo Stell", "Klempner")],
    );
    check(
        "de",
        &[
            "Nach Ansicht von Professor Dr. Heinz Ohl fehlt Geld. Der Klimaforscher lehrt in Kiel. „Es reicht nie“, sagte der Wissenschaftler.",
        ],
        &[("Es reicht nie", "Heinz Ohl", "Professor")],
    );
    check(
        "en",
        &["Gunners manager Tom Reddick was pleased. “We earned it,” the Spaniard said."],
        &[("We earned it,", "Tom Reddick", "Gunners manager")],
    );
    check(
        "en",
        &["Sen. Mark Doyle met reporters. “We will vote,” the Arizona Democrat said."],
        &[("We will vote,", "Mark Doyle", "Sen.")],
    );
    // Somebody new, and somebody whose part is another.
    check(
        "de",
        &["Laut Sprecher Max Kuhn brannte es. Der Bewohner, ein Rentner, sagte: „Ich wollte nur kochen.“"],
        &[("Ich wollte nur kochen.", "-", "Bewohner")],
    );
    check(
        "de",
        &["Laut Sprecher Max Kuhn brannte es. „Es roch nach Fett“, sagte die Rentnerin."],
        &[("Es roch nach Fett", "-", "Rentnerin")],
    );
    // An office is somebody else's.
    check(
        "en",
        &["Capt. Lou Ferrer wrote the report. “It was surplus,” the resident said."],
        &[("It was surplus,", "-", "resident")],
    );
}

#[test]
fn family_names_with_a_particle_begin_sentences() {
    check(
        "de",
        &["Kommissarin Ursula von der Lahn kam am Montag. Von der Lahn sagte: „Wir handeln jetzt.“"],
        &[("Wir handeln jetzt.", "Ursula von der Lahn", "Kommissarin")],
    );
    check("de", &["Von der Tribüne rief ein Zuschauer: „Aufhören!“"], &[("Aufhören!", "-", "Zuschauer")]);
    check("de", &["Von Experten empfohlen: „Viel trinken.“"], &[("Viel trinken.", "-", "-")]);
}

#[test]
fn names_are_read_behind_offices_ages_and_two_roles() {
    for (language, text, speaker, role) in [
        ("en", "“We hope,” said Secretary of State Mina Pell.", "Mina Pell", "Secretary of State"),
        ("de", "„Essen hilft“, erklärt Köchin und Autorin Rita Lamm.", "Rita Lamm", "Köchin und Autorin"),
        ("de", "„Mein Baum“, ruft der fünfjährige Mattie und klopft die Erde fest.", "Mattie", "-"),
        ("de", "Stefan Veit vom Verwalter Pelmo sagt: „Wir stimmen zu.“", "Stefan Veit", "-"),
    ] {
        let found = quotes(language, &[text]);
        assert_eq!(found[0].speaker.as_deref(), Some(speaker), "{text}");
        assert_eq!(found[0].role.as_deref().unwrap_or("-"), role, "{text}");
    }
}

#[test]
fn owners_objects_and_inner_clauses_are_not_the_subject() {
    for (language, text, speaker) in [
        (
            "en",
            "Minister Ann Pell later clarified Mason’s remarks, saying that help “must be quick.”",
            "Ann Pell",
        ),
        (
            "en",
            "Fears grew, with critic Ann Pell suggesting that the army runs “a farm of ears.”",
            "Ann Pell",
        ),
        (
            "de",
            "Rektorin Eva Lohr ist dafür. Technik sei kein Zweck, betont sie: „Sie muss nützen.“",
            "Eva Lohr",
        ),
        ("de", "Nora Feld nannte das „einen Fehler“, Parteichef Jens Abt sprach von „Murks“.", "Nora Feld"),
    ] {
        let found = quotes(language, &[text]);
        assert_eq!(found[0].speaker.as_deref(), Some(speaker), "{text}");
    }
}

#[test]
fn a_pronoun_reaches_back_to_the_person_who_spoke_last() {
    let found = quotes(
        "de",
        &[
            "„Der Vertrag bricht das Gesetz“, sagte Analyst Rico Canto.",
            "Die Behörde sagt, sie könne nicht eingreifen.",
            "Mehrere Verbände stellten Fragen.",
            "„Der Tarif ist zu hoch“, sagte er.",
        ],
    );
    let last = found.last().unwrap();
    assert_eq!((last.text.as_str(), last.speaker.as_deref()), ("Der Tarif ist zu hoch", Some("Rico Canto")));
}

#[test]
fn one_word_is_speech_where_a_person_says_it() {
    check("en", &["Mayor Ada Stole replied: “Nonsense.”"], &[("Nonsense.", "Ada Stole", "Mayor")]);
}

#[test]
fn a_quotation_alone_goes_back_over_sentences_about_things() {
    check(
        "de",
        &["Vereinschef Willi Kunz kennt das. Es fehle an allem. „Wir haben nicht einmal Bälle.“"],
        &[("Wir haben nicht einmal Bälle.", "Willi Kunz", "Vereinschef")],
    );
}

#[test]
fn words_at_arms_length_are_no_speech() {
    for (language, text) in [
        ("en", "A “miracle” cure was sold for £40, the court heard."),
        ("en", "The village has a “beach”: forty metres of gravel."),
        ("en", "Mr. Pugh, whose nickname is “the Badger”, said he would appeal."),
        ("en", "The theme of the festival is “Water and Stone”, organisers said."),
        ("en", "Police found the drug, which users call “snowflake”, in the boot."),
        ("en", "The firm markets it as “the quietest kettle in town”."),
        ("de", "Der „kostenlose“ Kurs kostete zwölf Euro, berichtete sie."),
        ("de", "Die Diebe „liehen“ sich das Denkmal aus, wie die Polizei mitteilte."),
        ("de", "Das Motto lautet „Zusammen wachsen“, sagte Pfarrer Ole Thiel."),
        ("de", "Verurteilt wurde er wegen „gefährlicher Körperverletzung“, sagte die Richterin."),
        ("de", "Bekannt ist er als „Eiserner Karl“, wie Nachbarn erzählen."),
        ("de", "Das Abendblatt titelte: „Endlich!“"),
        ("de", "Auf der Plakette liest man: „Dem Stifter – die dankbare Stadt“."),
        ("de", "Lokale Medien nennen es „El Dragón“."),
        ("de", "Die Gewerkschaft Land und Forst (kurz: „Lafo“) rechnet mit Streiks."),
        ("de", "Der Rat setzt eine „repräsentativ“ besetzte Versammlung ein."),
    ] {
        check(language, &[text], &[]);
    }
    // What is said of something, not before it, is.
    check("en", &["The dam was “safe,” engineer Lou Pratt said."], &[("safe,", "Lou Pratt", "engineer")]);
    check("de", &["Das Motto sei „albern“, sagte Pfarrer Ole Thiel."], &[("albern", "Ole Thiel", "Pfarrer")]);
}

#[test]
fn a_role_is_found_behind_who_is_and_in_the_next_sentence() {
    for (language, text, speaker, role) in [
        ("en", "“It works,” said Lee Sears, who is the marina manager.", "Lee Sears", "marina manager"),
        (
            "en",
            "Brig. Gen. Ido Marsh, chief of military engineers, said: “It works.”",
            "Ido Marsh",
            "chief of military engineers",
        ),
        (
            "en",
            "Nora Kadi, a minister of state for trade, said: “It works.”",
            "Nora Kadi",
            "minister of state for trade",
        ),
        (
            "de",
            "Winfried Bock klagt. Der Fuhrunternehmer hat zwölf Wagen. „Es reicht“, sagt er.",
            "Winfried Bock",
            "Fuhrunternehmer",
        ),
        (
            "de",
            "Nach den Worten des Verkehrsministers Luka Berisin ist das „ein Denkmal“.",
            "Luka Berisin",
            "Verkehrsminister",
        ),
        (
            "de",
            "Oberst Kai Loren, Kommandeur der Brigade, sagte: „Es reicht.“",
            "Kai Loren",
            "Kommandeur der Brigade",
        ),
    ] {
        let found = quotes(language, &[text]);
        assert_eq!(found[0].speaker.as_deref(), Some(speaker), "{text}");
        assert_eq!(found[0].role.as_deref(), Some(role), "{text}");
    }
}

#[test]
fn houses_short_names_and_clubs_are_known_by_their_name() {
    for (language, text, speaker) in [
        ("de", "Beim Bauhof Nord findet man das „nur mäßig komisch“.", "Bauhof Nord"),
        (
            "de",
            "Die Gewerkschaft Klinik und Pflege nannte das einen „Hauruckplan“.",
            "Gewerkschaft Klinik und Pflege",
        ),
        (
            "de",
            "Die Deutsche Moorhilfe (DMH) klagt. „Die Werte sind hoch“, erklärte die DMH.",
            "Deutsche Moorhilfe",
        ),
        ("de", "Das Gesundheitsamt warnt. Das Amt nannte die Lage „ärgerlich“.", "Gesundheitsamt"),
        ("de", "Der SV Westend sagt ab. „Lieber leise“, schrieb der Verein.", "SV Westend"),
        ("en", "The Federal Air Board (FAB) acted. “Safety first,” the FAB said.", "Federal Air Board"),
    ] {
        let found = quotes(language, &[text]);
        assert_eq!(found[0].speaker.as_deref(), Some(speaker), "{text}");
    }
}

#[test]
fn people_without_a_name_are_mentioned_whole() {
    for (language, text, mention) in [
        ("de", "„Da war ein Punkt“, stotterte einer der Geretteten.", "einer der Geretteten"),
        ("en", "“It was dark,” one of her uncles said.", "one of her uncles"),
        // Not `a move campaigners`, and not the time the regulator spoke.
        ("en", "Bills will rise, in a move campaigners called “a catastrophe with a number”.", "campaigners"),
    ] {
        let found = quotes(language, &[text]);
        assert_eq!((found[0].speaker_mention.as_deref(), found[0].speaker.as_deref()), (Some(mention), None));
    }
}

#[test]
fn clauses_about_the_subject_are_passed_over() {
    for (language, text, speaker) in [
        ("de", "Jan Puck, der in Jena lehrt, hält die Thesen für „gewagt“.", "Jan Puck"),
        (
            "de",
            "Die App speichert Daten, „auf fünf Meter genau“, wie es die Forscherin Jelena Tomić formuliert.",
            "Jelena Tomić",
        ),
        ("de", "Für den Historiker Jan Puck ist das Buch „ein Glücksfall“.", "Jan Puck"),
        ("en", "The owner, farmer Colin Ashby, collected the goat. “He is sorry,” he said.", "Colin Ashby"),
        ("en", "His mother, Meena, was watching. “I don’t understand it,” she said.", "Meena"),
        (
            "en",
            "Actor Tom Reeve spoke out. To a magazine, the 52-year-old said he felt “betrayed.”",
            "Tom Reeve",
        ),
        ("en", "Sotheran’s called the sale “a triumph.”", "Sotheran"),
        ("en", "Ada Trask said online: “They cheat!” The president added that she was “done.”", "Ada Trask"),
    ] {
        let found = quotes(language, &[text]);
        assert_eq!(found[0].speaker.as_deref(), Some(speaker), "{text}");
    }
}

#[test]
fn songs_titles_and_banners_are_no_speech() {
    for (language, text) in [
        ("de", "Der Chor sang „Hoch auf dem Wagen“ und ging."),
        ("de", "Seine Mutter rief ihn „Spatz“."),
        ("de", "Die Gäste nennen ihn „Schorsch“."),
        ("en", "The scheme’s “early bird” tickets sold out in an hour, organisers said."),
        ("en", "The report, “Broken Pipes,” blames the council."),
        ("en", "Under the banner “Save Our Bus”, 200 people marched."),
        ("en", "The minister’s “fair pay” plan was rejected."),
    ] {
        check(language, &[text], &[]);
    }
    check("de", &["Die Fans sangen „Hoch auf dem Wagen!“"], &[("Hoch auf dem Wagen!", "-", "-")]);
    check(
        "en",
        &["According to the museum, the picture is “probably not a Turner”."],
        &[("probably not a Turner", "museum", "-")],
    );
}

#[test]
fn double_names_and_sisters_are_told_apart() {
    check(
        "de",
        &[
            "Hella Brink und Thea Brink führen den Laden. „Wir streiten nie“, sagt Hella. „Fast nie“, sagt Thea.",
        ],
        &[("Wir streiten nie", "Hella Brink", "-"), ("Fast nie", "Thea Brink", "-")],
    );
    check(
        "de",
        &["Der Weihnachtsmann heißt im wahren Leben Karl-Otto Bühl. „Der Bart ist echt“, sagt er."],
        &[("Der Bart ist echt", "Karl-Otto Bühl", "-")],
    );
    check(
        "de",
        &["Nach dem 0:4 suchte Torwart Kai Roth nach Worten. „Peinlich“, sagte er."],
        &[("Peinlich", "Kai Roth", "Torwart")],
    );
    check(
        "de",
        &["Er habe „nur kurz Pause machen“ wollen, gab der Fahrer gegenüber der Polizei an."],
        &[("nur kurz Pause machen", "-", "Fahrer")],
    );
}

#[test]
fn named_among_others_behind_ranks_and_in_one_word() {
    for (text, speaker) in [
        (
            "Criticism came from members, including Senator Lydia Moss of Vermont, who called it “a gift.”",
            "Lydia Moss",
        ),
        ("His chief then, retired Col. Burt Ames, remembers: “He was the best we had.”", "Burt Ames"),
    ] {
        let found = quotes("en", &[text]);
        assert_eq!(found[0].speaker.as_deref(), Some(speaker), "{text}");
    }
    check(
        "en",
        &["Ann Adair is 80. “What would I do?” she asked. “Knit?”"],
        &[("What would I do?", "Ann Adair", "-"), ("Knit?", "Ann Adair", "-")],
    );
    // Whose chief it is does not become the chief.
    let found = quotes("en", &["“I knew nothing,” Tom Hollow said. His commander then was kind."]);
    assert_eq!((found[0].speaker.as_deref(), found[0].role.as_deref()), (Some("Tom Hollow"), None));
}

#[test]
fn given_names_that_are_other_words_are_names() {
    for (language, text, speaker) in [
        ("en", "“It works,” Will Harkin said.", Some("Will Harkin")),
        ("en", "“It works,” said May Tripp, the council leader.", Some("May Tripp")),
        ("en", "In May Tripp said it would be “fine.”", Some("Tripp")),
        ("de", "„Es geht“, sagte Ernst Kluge.", Some("Ernst Kluge")),
    ] {
        let found = quotes(language, &[text]);
        assert_eq!(found[0].speaker.as_deref(), speaker, "{text}");
    }
}

#[test]
fn what_somebody_heads_and_what_institutions_are_called_are_names() {
    for text in [
        "Der Sprecher der „Polizei von Unterau“, Jan Rübel, sagte, der Wagen sei weg.",
        "Die Chefin von „Rowi7“, Ada Stolz, sagte, das Werk bleibe.",
        "Wie „hafen online“ berichtet, wurde die Brücke gesperrt.",
        "Kurz nach dem Umsturz erklärte der neue „Rat zur Rettung des Landes“ die Grenzen für geschlossen.",
        "Der Deutsche Kahnbund, kurz „DKB“, verkündete am Montag, dass er sich bewerben werde.",
        "Der Strom aus Teilchen, der von der Sonne ausgeht und als „Sonnenwind“ bezeichnet wird, trifft die Erde.",
        "Sein erstes großes Werk entstand in den siebziger Jahren: „Der Lange Kahn“.",
        "Er wurde wegen „groben Unfugs und Körperverletzung“ angezeigt.",
    ] {
        check("de", &[text], &[]);
    }
    check(
        "de",
        &["Landrätin Marga Stohl nannte den Plan einen „Rat zur Rettung der Banken“."],
        &[("Rat zur Rettung der Banken", "Marga Stohl", "Landrätin")],
    );
}

#[test]
fn words_within_a_clause_that_nobody_is_said_to_say_are_the_reporter_s() {
    check("de", &["Der Favorit gewann, weil er den Gegner im dritten Satz „demontierte“."], &[]);
    check(
        "de",
        &["Die Kasse ist laut Kämmerer Jost Hagelin „leer“."],
        &[("leer", "Jost Hagelin", "Kämmerer")],
    );
}

#[test]
fn a_verb_that_stands_only_once_has_two_speakers() {
    for (language, text, speaker) in [
        ("de", "Die Opposition sprach von Versagen, die Regierung von „Anlaufschwierigkeiten“.", "Regierung"),
        ("de", "Jan Keil sprach von Pannen, Eva Roth von „blanker Not“.", "Eva Roth"),
    ] {
        let found = quotes(language, &[text]);
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!(found[0].speaker.as_deref(), Some(speaker), "{text}");
    }
}

#[test]
fn judgements_reproaches_and_chants_are_speech() {
    for (text, rule) in [
        ("„Völlig überzogen“ findet das der Hafenverband.", "clause-after"),
        ("„Unverantwortlich“ findet Stadtrat Jens Behm die Pläne.", "clause-after"),
        ("Die Verteidigung warf der Staatsanwaltschaft „Voreingenommenheit“ vor.", "clause-before"),
        ("In einer Mitteilung bedauerte die Firma „die Verspätungen“.", "clause-before"),
        ("Laut Gutachten war die Brücke „stark beschädigt“.", "according"),
        ("Begleitet von „Hau ab“-Rufen verließ der Redner Jens Behm die Bühne.", "chant"),
    ] {
        let found = quotes("de", &[text]);
        assert_eq!(found.first().map(|quote| quote.rule), Some(rule), "{text}");
        assert!(rule != "chant" || found[0].speaker.is_none(), "{text}");
    }
}

#[test]
fn works_and_terms_are_no_speech_beside_a_verb_of_saying() {
    for (language, text) in [
        ("de", "Bei „Wer rät mit?“ scheiterte er an der ersten Frage."),
        ("de", "„Nachtfahrt“ findet Jens Behm langweilig."),
        ("de", "Der Autor erklärte, „Das letzte Ufer“ sei sein persönlichstes Buch."),
        ("de", "Die Regisseurin nannte „Nordwind“ und „Die lange Fahrt“ als Vorbilder."),
        ("de", "Als Kind habe er „Sturmfahrt“ verschlungen, sagt Jens Behm."),
        ("de", "Für „Brot und Salz“ kamen 300 Euro zusammen, freute sich Pfarrer Lenz."),
        ("de", "Die Regisseurin dreht eine Fortsetzung von „Hafenkante“, verriet sie."),
        ("de", "„Neues vom Deich“ wird eingestellt, sagte ein Sprecher."),
        ("de", "Der Verein warb mit „Mitmachen statt meckern“ um Nachwuchs."),
        ("de", "Der Begriff „bezahlbar“ müsse neu gefasst werden, forderte der Mieterbund."),
        ("de", "Das Landesamt stuft den Vogel als „stark gefährdet“ ein."),
        ("de", "Die Prüfer bewerteten nur ein Gerät mit „sehr gut“."),
        ("de", "Juristen nennen das „Abwehrklage“."),
        ("en", "As a child he devoured “Storm Island,” Hale said."),
        ("en", "Ann Hale, who wrote “The Long Field,” said she was done."),
        ("en", "“The Late Hour” has been canceled, a spokesman said."),
        ("en", "Fans know him as “the Hammer,” his agent said."),
        ("en", "In “The Long Field,” Hale argues that borders move."),
        ("en", "Scientists call the effect “tidal heating.”"),
    ] {
        assert!(quotes(language, &[text]).iter().all(|quote| quote.kind == QuoteKind::Indirect), "{text}");
    }
    check("en", &["Critics call the plan “a gift to donors.”"], &[("a gift to donors.", "-", "-")]);
}

#[test]
fn whose_judgement_it_is_stands_before_the_clause() {
    for (language, text, mention) in [
        ("de", "Für den Verband ist der Plan „ein Schlag ins Gesicht“.", "den Verband"),
        ("en", "To Ms. Lee, the verdict was “a slap in the face.”", "Ms. Lee"),
        ("en", "For coach Ann Hale, it was “just another game.”", "coach Ann Hale"),
        ("en", "To critics, the plan is “a giveaway.”", "critics"),
        ("en", "Opponents labeled it a “land grab.”", "Opponents"),
    ] {
        let found = quotes(language, &[text]);
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!(found[0].speaker_mention.as_deref(), Some(mention), "{text}");
    }
    assert!(quotes("en", &["The trail, labeled “Difficult,” climbs."]).is_empty());
}
