//! Dates in sentences of every kind, and what is none, as tables.

use super::find;
use crate::structure::{BlockKind, Context, TextBlock};

/// The mentions as `text=value`, joined by `; `.
fn mentions(language: &str, published: &str, text: &str) -> String {
    let published: jiff::Zoned = published.parse().unwrap();
    let context = Context { language: Some(language), published: Some(&published), places: &[] };
    let found = find(&[TextBlock { kind: BlockKind::Paragraph, text }], &context);
    for mention in &found {
        let slice: String =
            text.chars().skip(mention.span.start).take(mention.span.end - mention.span.start).collect();
        assert_eq!(slice, mention.text, "span of {text}");
    }
    found.iter().map(|mention| format!("{}={}", mention.text, mention.date)).collect::<Vec<_>>().join("; ")
}

fn check_all(language: &str, published: &str, table: &[(&str, &str)]) {
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|(text, expected)| {
            let found = mentions(language, published, text);
            (found != *expected).then(|| format!("{text}\n    found {found}\n    not   {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), table.len(), wrong.join("\n"));
}

/// A Thursday.
const AUTUMN: &str = "2021-10-14T09:30:00+02:00[Europe/Berlin]";
/// A Wednesday.
const NEW_YEAR: &str = "2022-01-05T08:00:00+01:00[Europe/Berlin]";
/// A Thursday.
const AMERICA: &str = "2021-10-14T09:30:00-04:00[America/New_York]";

#[test]
fn german_days_are_resolved() {
    check_all(
        "de",
        AUTUMN,
        &[
            ("Das gab der Rat am Dienstag, 12. Oktober, bekannt.", "am Dienstag, 12. Oktober,=2021-10-12"),
            (
                "Das gab der Rat am Dienstag, dem 12. Oktober 2021, bekannt.",
                "am Dienstag, dem 12. Oktober 2021,=2021-10-12",
            ),
            ("Das gab der Rat am Di., 12.10., bekannt.", "am Di., 12.10.,=2021-10-12"),
            ("Am 12. Oktober trat der Rat zusammen.", "Am 12. Oktober=2021-10-12"),
            ("Am 12.10.2021 trat der Rat zusammen.", "Am 12.10.2021=2021-10-12"),
            ("Am 12.10.21 trat der Rat zusammen.", "Am 12.10.21=2021-10-12"),
            ("Am 12.10. trat der Rat zusammen.", "Am 12.10.=2021-10-12"),
            ("Am 12. 10. 2021 trat der Rat zusammen.", "Am 12. 10. 2021=2021-10-12"),
            ("Stand: 2021-10-12", "2021-10-12=2021-10-12"),
            (
                "Das Konzert am Dienstag (19. Oktober) ist ausverkauft.",
                "am Dienstag (19. Oktober)=2021-10-19",
            ),
            (
                "Zwischen dem 3. Oktober, 18 Uhr, und dem 4. Oktober, 6 Uhr, brannte es.",
                "3. Oktober, 18 Uhr,=2021-10-03T18:00; 4. Oktober, 6 Uhr,=2021-10-04T06:00",
            ),
            ("Das Konzert ist am 19. Okt. 2021 in der Halle.", "am 19. Okt. 2021=2021-10-19"),
            ("Bis zum 3. Jänner bleibt das Amt zu.", "zum 3. Jänner=2022-01-03"),
            ("Am Dienstag hat der Rat entschieden.", "Am Dienstag=2021-10-12"),
            ("Am Donnerstag hat der Rat entschieden.", "Am Donnerstag=2021-10-14"),
            ("Der Rat entschied am Sonnabend.", "am Sonnabend=2021-10-09"),
            ("Der Rat wird am Dienstag entscheiden.", "am Dienstag=2021-10-19"),
            ("Der Rat will am Donnerstag entscheiden.", "am Donnerstag=2021-10-14"),
            ("Der Rat entscheidet am Dienstag.", "am Dienstag=2021-10-19"),
            ("Die Messe beginnt am Samstag.", "am Samstag=2021-10-16"),
            ("Am Samstag findet die Messe statt.", "Am Samstag=2021-10-16"),
            (
                "Die Messe soll am Samstag beginnen, teilte die Stadt am Mittwoch mit.",
                "am Samstag=2021-10-16; am Mittwoch=2021-10-13",
            ),
            ("Kommenden Donnerstag tagt der Rat.", "Kommenden Donnerstag=2021-10-21"),
            ("Am nächsten Dienstag tagt der Rat.", "Am nächsten Dienstag=2021-10-19"),
            ("Vergangenen Donnerstag tagte der Rat.", "Vergangenen Donnerstag=2021-10-07"),
            ("Am letzten Freitag tagte der Rat.", "Am letzten Freitag=2021-10-08"),
            ("Diesen Samstag öffnet der Markt.", "Diesen Samstag=2021-10-16"),
            ("Am Freitag vergangener Woche tagte der Rat.", "Am Freitag vergangener Woche=2021-10-08"),
            ("Am Montag nächster Woche tagt der Rat.", "Am Montag nächster Woche=2021-10-18"),
            ("Der Unfall war am Dienstagabend.", "am Dienstagabend=2021-10-12"),
            ("Der Unfall war am Dienstag Abend.", "am Dienstag Abend=2021-10-12"),
            ("Mittwochmorgen kam der Regen.", "Mittwochmorgen=2021-10-13"),
            (
                "In der Nacht zum Mittwoch brannte ein Schuppen.",
                "In der Nacht zum Mittwoch=2021-10-12/2021-10-13",
            ),
            (
                "In der Nacht auf Mittwoch brannte ein Schuppen.",
                "In der Nacht auf Mittwoch=2021-10-12/2021-10-13",
            ),
            (
                "In der Nacht von Dienstag auf Mittwoch brannte ein Schuppen.",
                "In der Nacht von Dienstag auf Mittwoch=2021-10-12/2021-10-13",
            ),
            (
                "In der Nacht auf den 3. Oktober brannte ein Schuppen.",
                "In der Nacht auf den 3. Oktober=2021-10-02/2021-10-03",
            ),
            ("Heute tagt der Rat.", "Heute=2021-10-14"),
            ("Der Rat tagte gestern Abend.", "gestern Abend=2021-10-13"),
            ("Der Rat tagte vorgestern.", "vorgestern=2021-10-12"),
            ("Morgen tagt der Rat.", "Morgen=2021-10-15"),
            ("Der Rat tagt morgen Vormittag.", "morgen Vormittag=2021-10-15"),
            ("Der Rat tagt morgen früh.", "morgen früh=2021-10-15"),
            ("Der Rat tagt übermorgen.", "übermorgen=2021-10-16"),
            ("Heute Morgen war es kalt.", "Heute Morgen=2021-10-14"),
            ("Heute früh war es kalt.", "Heute früh=2021-10-14"),
            ("In der vergangenen Nacht war es kalt.", "In der vergangenen Nacht=2021-10-13"),
            ("Letzte Nacht war es kalt.", "Letzte Nacht=2021-10-13"),
            ("Der Bericht, der am Montag erschien, liegt vor.", "am Montag=2021-10-11"),
            ("Die am Montag veröffentlichte Studie liegt vor.", "am Montag=2021-10-11"),
            ("Die am Samstag beginnende Messe ist ausverkauft.", "am Samstag=2021-10-16"),
            ("Die für Samstag geplante Messe fällt aus.", "Samstag=2021-10-16"),
            ("Er soll am Montag in der Stadt gewesen sein.", "am Montag=2021-10-11"),
            ("Die Zahlen vom Dienstag liegen vor.", "vom Dienstag=2021-10-12"),
            ("Der Laden bleibt bis Samstag zu.", "Samstag=2021-10-16"),
            ("Seit Montag ist der Laden zu.", "Montag=2021-10-11"),
            ("Seit Mitte Februar wird gebaut.", "Mitte Februar=2021-02"),
            ("Seit dem Sommer wird verhandelt.", "Sommer=2021-SU"),
            ("Ab Montag ist der Laden zu.", "Montag=2021-10-18"),
            (
                "„Am Samstag geht es los“, sagte die Wirtin am Mittwoch.",
                "Am Samstag=2021-10-16; am Mittwoch=2021-10-13",
            ),
            ("sagte sie der „Morgenzeitung“ (Mittwoch).", "Mittwoch=2021-10-13"),
            ("Am Montag und Dienstag war der Laden zu.", "Am Montag=2021-10-11; Dienstag=2021-10-12"),
            ("Am Freitag, 13. Mai 2022, wird gefeiert.", "Am Freitag, 13. Mai 2022,=2022-05-13"),
            ("Am Montag, 12. Oktober 2021, wurde gefeiert.", "Am Montag, 12. Oktober 2021,=2020-10-12"),
            (
                "Am Samstag, 16. Oktober, 19.30 Uhr, wird gefeiert.",
                "Am Samstag, 16. Oktober, 19.30 Uhr,=2021-10-16T19:30",
            ),
            ("Am Samstag um 20 Uhr wird gefeiert.", "Am Samstag um 20 Uhr=2021-10-16T20:00"),
            ("Beginn ist heute um 18:30 Uhr.", "heute um 18:30 Uhr=2021-10-14T18:30"),
            ("Die Feier beginnt um 18 Uhr.", "18 Uhr=2021-10-14T18:00"),
            (
                "Die Feier ist am 16. Oktober in der Halle. Einlass ist ab 18 Uhr.",
                "am 16. Oktober=2021-10-16; 18 Uhr=2021-10-16T18:00",
            ),
            (
                "Geöffnet ist am Samstag von 10 bis 18 Uhr.",
                "am Samstag von 10 bis 18 Uhr=2021-10-16T10:00/2021-10-16T18:00",
            ),
            ("Vor drei Tagen war er noch da.", "Vor drei Tagen=2021-10-11"),
            ("In drei Tagen ist er wieder da.", "In drei Tagen=2021-10-17"),
            ("Am 15. geht es los.", "Am 15.=2021-10-15"),
            ("Das Fest wurde auf den 12. November verlegt.", "12. November=2021-11-12"),
            ("Das Fest wurde auf Samstag verschoben.", "Samstag=2021-10-16"),
            ("Das Fest wurde am Montag verschoben.", "am Montag=2021-10-11"),
            (
                "Am Buß- und Bettag, 17. November, wird gefeiert.",
                "Am Buß- und Bettag, 17. November=2021-11-17",
            ),
            ("Am heutigen Donnerstag tagt der Rat.", "Am heutigen Donnerstag=2021-10-14"),
            ("Am gestrigen Mittwoch tagte der Rat.", "Am gestrigen Mittwoch=2021-10-13"),
            (
                "Am vergangenen Freitag, den 8. Oktober, tagte der Rat.",
                "Am vergangenen Freitag, den 8. Oktober,=2021-10-08",
            ),
            ("In der Nacht zu Mittwoch brannte es.", "In der Nacht zu Mittwoch=2021-10-12/2021-10-13"),
            (
                "In der Nacht vom 2. auf den 3. Oktober brannte es.",
                "In der Nacht vom 2. auf den 3. Oktober=2021-10-02/2021-10-03",
            ),
            ("Freitag fiel der erste Schnee.", "Freitag=2021-10-08"),
            (
                "Am Dienstag brannte es. Gegen fünf Uhr war das Feuer aus.",
                "Am Dienstag=2021-10-12; fünf Uhr=2021-10-12T05:00",
            ),
            ("Der Laden hat am Samstag geöffnet.", "am Samstag=2021-10-16"),
            ("Am Samstag ist geschlossen.", "Am Samstag=2021-10-16"),
            ("Am Samstag ist die Brücke gesperrt.", "Am Samstag=2021-10-16"),
            ("Die Stadt hat am Samstag die Brücke gesperrt.", "am Samstag=2021-10-09"),
            ("Der Rat trifft sich am Samstag.", "am Samstag=2021-10-16"),
            ("Am Montag hatte der Rat getagt.", "Am Montag=2021-10-11"),
            ("Der Rat habe am Montag getagt, hieß es.", "am Montag=2021-10-11"),
            (
                "Laut Polizei ereignete sich der Unfall am Montag gegen 8 Uhr.",
                "am Montag gegen 8 Uhr=2021-10-11T08:00",
            ),
            ("Der Prozess geht am Montag weiter.", "am Montag=2021-10-18"),
            (
                "Am Montag sagte die Ministerin, sie werde am Mittwoch reisen.",
                "Am Montag=2021-10-11; am Mittwoch=2021-10-20",
            ),
            ("Die Ministerin sagt am Montag, das sei gut.", "am Montag=2021-10-11"),
            ("Das Spiel findet erst am Montag statt.", "am Montag=2021-10-18"),
            ("Am Montag um 8.15 Uhr beginnt die Schule.", "Am Montag um 8.15 Uhr=2021-10-18T08:15"),
            ("Der Termin am Montag wurde abgesagt.", "am Montag=2021-10-11"),
            ("Anmeldung bis 20. Oktober unter Telefon 12345.", "20. Oktober=2021-10-20"),
            ("Termin: 20. Oktober, 19 Uhr, Rathaus", "20. Oktober, 19 Uhr,=2021-10-20T19:00"),
            ("Sonntag, 17. Oktober: Wanderung zum Turm", "Sonntag, 17. Oktober=2021-10-17"),
            ("Die Wahl ist für den 12. Dezember angesetzt.", "12. Dezember=2021-12-12"),
            ("Die Frist lief am 30. September ab.", "am 30. September=2021-09-30"),
            ("Er wurde am 4. Juli 1976 geboren.", "am 4. Juli 1976=1976-07-04"),
            ("Der für Montag angekündigte Streik fällt aus.", "Montag=2021-10-18"),
            ("Nach dem Unfall vom vergangenen Freitag wird ermittelt.", "vom vergangenen Freitag=2021-10-08"),
            ("Der Markt öffnet am Samstag wieder.", "am Samstag=2021-10-16"),
            ("Am Samstag steigt das Fest.", "Am Samstag=2021-10-16"),
            ("Die Gruppe spielt am 20. Oktober in Ulm.", "am 20. Oktober=2021-10-20"),
            ("Das Fest, das am Samstag beginnt, dauert lange.", "am Samstag=2021-10-16"),
            ("Er starb in der Nacht auf Sonntag.", "in der Nacht auf Sonntag=2021-10-09/2021-10-10"),
            (
                "Der Umbau wurde am Mittwoch begonnen und soll am Freitag enden.",
                "am Mittwoch=2021-10-13; am Freitag=2021-10-15",
            ),
        ],
    );
}

#[test]
fn german_units_are_resolved() {
    check_all(
        "de",
        AUTUMN,
        &[
            ("Nächste Woche beginnt der Umbau.", "Nächste Woche=2021-W42"),
            ("In der vergangenen Woche begann der Umbau.", "In der vergangenen Woche=2021-W40"),
            ("Der Umbau begann diese Woche.", "diese Woche=2021-W41"),
            ("Der Umbau beginnt in zwei Wochen.", "in zwei Wochen=2021-W43"),
            ("Vor zwei Wochen begann der Umbau.", "Vor zwei Wochen=2021-W39"),
            ("Der Umbau beginnt in KW 44.", "in KW 44=2021-W44"),
            ("Der Umbau beginnt in der 44. Kalenderwoche.", "in der 44. Kalenderwoche=2021-W44"),
            ("Am Wochenende war viel los.", "Am Wochenende=2021-W40-WE"),
            ("Am Wochenende wird viel los sein.", "Am Wochenende=2021-W41-WE"),
            ("Am vergangenen Wochenende war viel los.", "Am vergangenen Wochenende=2021-W40-WE"),
            ("Am kommenden Wochenende ist Markt.", "Am kommenden Wochenende=2021-W41-WE"),
            ("Im September sank die Zahl.", "Im September=2021-09"),
            ("Im November sank die Zahl.", "Im November=2020-11"),
            ("Im November wird die Zahl sinken.", "Im November=2021-11"),
            ("Im März soll der Bau beginnen.", "Im März=2022-03"),
            ("Ende Mai war der Bau fertig.", "Ende Mai=2021-05"),
            ("Anfang Dezember beginnt der Bau.", "Anfang Dezember=2021-12"),
            ("Bis Mitte November soll der Bau fertig sein.", "Mitte November=2021-11"),
            ("Im Mai 2019 war der Bau fertig.", "Im Mai 2019=2019-05"),
            ("Im August vergangenen Jahres war der Bau fertig.", "Im August vergangenen Jahres=2020-08"),
            ("Im kommenden Monat beginnt der Bau.", "Im kommenden Monat=2021-11"),
            ("Der Bau begann im vergangenen Monat.", "im vergangenen Monat=2021-09"),
            ("Vergangenes Jahr kamen mehr Gäste.", "Vergangenes Jahr=2020"),
            ("Im Vorjahr kamen mehr Gäste.", "Im Vorjahr=2020"),
            ("In diesem Jahr kamen mehr Gäste.", "In diesem Jahr=2021"),
            ("Im kommenden Jahr kommen mehr Gäste.", "Im kommenden Jahr=2022"),
            ("Im Jahr 2019 kamen mehr Gäste.", "Im Jahr 2019=2019"),
            ("2019 kamen mehr Gäste.", "2019=2019"),
            ("Seit 2015 kamen mehr Gäste.", "2015=2015"),
            ("In der Saison 2020/2021 kamen mehr Gäste.", "2020/2021=2020/2021"),
            ("In der Saison 2020/21 kamen mehr Gäste.", "2020/21=2020/2021"),
            ("Sieger war er zweimal (2005/2010).", "2005=2005; 2010=2010"),
            ("In den 80ern kamen mehr Gäste.", "In den 80ern=198X"),
            ("Im Winter 2018/19 kamen mehr Gäste.", "Im Winter 2018/19=2018-WI"),
            ("In den 1990-er Jahren kamen mehr Gäste.", "In den 1990-er Jahren=199X"),
            ("Von Mai bis Juli 2020 kamen mehr Gäste.", "Von Mai bis Juli 2020=2020-05/2020-07"),
            ("Vor zwei Jahren kamen mehr Gäste.", "Vor zwei Jahren=2019"),
            ("Heuer kamen mehr Gäste.", "Heuer=2021"),
            ("Im ersten Quartal sank der Gewinn.", "Im ersten Quartal=2021-Q1"),
            ("Im vierten Quartal 2020 sank der Gewinn.", "Im vierten Quartal 2020=2020-Q4"),
            ("Im dritten Quartal des Vorjahres sank der Gewinn.", "Im dritten Quartal des Vorjahres=2020-Q3"),
            ("Im ersten Halbjahr sank der Gewinn.", "Im ersten Halbjahr=2021-H1"),
            ("In der zweiten Jahreshälfte wird der Gewinn steigen.", "In der zweiten Jahreshälfte=2021-H2"),
            ("Im Sommer war das Bad offen.", "Im Sommer=2021-SU"),
            ("Im Sommer 2022 öffnet das Bad.", "Im Sommer 2022=2022-SU"),
            ("Im nächsten Frühjahr öffnet das Bad.", "Im nächsten Frühjahr=2022-SP"),
            ("In den 1990er-Jahren war das Bad neu.", "In den 1990er-Jahren=199X"),
            ("In den 1990er Jahren war das Bad neu.", "In den 1990er Jahren=199X"),
            ("In den 90er Jahren war das Bad neu.", "In den 90er Jahren=199X"),
            ("In den achtziger Jahren war das Bad neu.", "In den achtziger Jahren=198X"),
            ("In den Siebzigerjahren war das Bad neu.", "In den Siebzigerjahren=197X"),
            ("Die Kirche stammt aus dem 15. Jahrhundert.", "15. Jahrhundert=14XX"),
            ("Ende des Jahres ist der Bau fertig.", "Ende des Jahres=2021"),
        ],
    );
}

#[test]
fn german_expressions_of_several_words_are_resolved() {
    check_all(
        "de",
        AUTUMN,
        &[
            ("Der erste Mai fällt auf einen Sonntag.", "erste Mai=2022-05-01"),
            ("Am neunten Oktober brannte es.", "Am neunten Oktober=2021-10-09"),
            ("Am ersten Montag im November ist Markt.", "Am ersten Montag im November=2021-11-01"),
            ("Am letzten Sonntag im September war Wahl.", "Am letzten Sonntag im September=2021-09-26"),
            ("Montag in einer Woche beginnt die Schule.", "Montag in einer Woche=2021-10-25"),
            ("Heute vor zehn Jahren begann der Bau.", "Heute vor zehn Jahren=2011-10-14"),
            ("Heute in einer Woche ist Markt.", "Heute in einer Woche=2021-10-21"),
            ("Vor gut zwei Wochen begann der Bau.", "Vor gut zwei Wochen=2021-W39"),
            ("Vor mehr als drei Jahren begann der Bau.", "Vor mehr als drei Jahren=2018"),
            ("Vorige Woche Donnerstag brannte es.", "Vorige Woche Donnerstag=2021-10-07"),
            (
                "Von Montag bis Freitag nächster Woche ist zu.",
                "Von Montag bis Freitag nächster Woche=2021-10-18/2021-10-22",
            ),
            ("Um 8.30 Uhr am Montag brannte es.", "8.30 Uhr am Montag=2021-10-11T08:30"),
            (
                "In der Nacht zu Mittwoch um 23.11 Uhr brannte es.",
                "In der Nacht zu Mittwoch=2021-10-12/2021-10-13; 23.11 Uhr=2021-10-12T23:11",
            ),
            ("Gegen 23.10 Uhr brannte es.", "23.10 Uhr=2021-10-13T23:10"),
            ("An Auffahrt bleibt das Bad zu.", "An Auffahrt=2022-05-26"),
            ("Die Stadt hat am Samstag das Schiff „Pelikan“ getauft.", "am Samstag=2021-10-09"),
            ("Die Stadt hat am Freitag den Zugang geschlossen.", "am Freitag=2021-10-08"),
            ("Im Ma\u{308}rz 2020 brannte es.", "Im Ma\u{308}rz 2020=2020-03"),
        ],
    );
}

#[test]
fn a_time_belongs_to_the_day_spoken_of_in_the_paragraph_before() {
    let published: jiff::Zoned = AUTUMN.parse().unwrap();
    let context = Context { language: Some("de"), published: Some(&published), places: &[] };
    let texts = ["Am Montag brach ein Feuer aus.", "Gegen 19.10 Uhr konnten alle zurück."];
    let blocks = texts.map(|text| TextBlock { kind: BlockKind::Paragraph, text });
    let found: Vec<_> =
        find(&blocks, &context).into_iter().map(|date| (date.span.block, date.date)).collect();
    assert_eq!(found, [(0, "2021-10-11".to_owned()), (1, "2021-10-11T19:10".to_owned())]);
}

#[test]
fn a_text_read_in_pieces_has_the_offsets_of_the_whole() {
    let text = "Ä Am 6. Oktober kam niemand. ".repeat(9000);
    let published: jiff::Zoned = AUTUMN.parse().unwrap();
    let context = Context { language: Some("de"), published: Some(&published), places: &[] };
    let found = find(&[TextBlock { kind: BlockKind::Paragraph, text: &text }], &context);
    assert_eq!(found.len(), 9000);
    for (index, date) in found.iter().enumerate() {
        assert_eq!((date.span.start, date.span.end), (index * 29 + 2, index * 29 + 15));
    }
}

#[test]
fn german_names_and_titles_are_no_dates() {
    check_all(
        "de",
        AUTUMN,
        &[
            ("Die Welt am Sonntag berichtete darüber.", ""),
            ("Der Film „2012“ läuft.", ""),
            ("Die Messe „Hafen Süd 2020“ fällt aus.", ""),
            ("Er sagte: „Das war 2020“.", "2020=2020"),
            ("Das Lied „Am Sonntag“ läuft.", ""),
            ("Er wohnt Hauptstraße 1910.", ""),
            ("Ab 2000 Euro lohnt es sich.", ""),
            ("Der TSV 1860 gewann.", ""),
            ("Der Roman von der Reise in 80 Tagen ist alt.", ""),
            ("Die Auffahrt zur Brücke ist gesperrt.", ""),
            ("Die Kirche Mariä Himmelfahrt ist offen.", ""),
            ("Er trank einen Martini.", ""),
            ("Die 1900er Maschine läuft.", ""),
        ],
    );
}

#[test]
fn english_expressions_of_several_words_are_resolved() {
    check_all(
        "en-US",
        "2021-10-14T09:30:00-04:00[America/New_York]",
        &[
            ("The board approved the plan on Monday.", "on Monday=2021-10-11"),
            ("She moved in a fortnight ago.", "in a fortnight ago=2021-W39"),
            ("The vote is on the first Tuesday in November.", "on the first Tuesday in November=2021-11-02"),
            ("The ban ends a week from Monday.", "a week from Monday=2021-10-25"),
            ("The ban ended a year ago today.", "a year ago today=2020-10-14"),
            ("They met the week before last.", "week before last=2021-W39"),
            ("The doors open at noon on Saturday.", "on Saturday=2021-10-16"),
            (
                "The pool is closed on April 10, 11 and 12.",
                "on April 10=2022-04-10; 11=2022-04-11; 12=2022-04-12",
            ),
            ("It grew in the second half of the year.", "in the second half of the year=2021-H2"),
            (
                "It opened on October 2. Two days later it closed.",
                "on October 2=2021-10-02; Two days later=2021-10-04",
            ),
            ("The Mail on Sunday reported it.", ""),
            ("USA Today reported it.", ""),
            ("Easter Island is far away.", ""),
            ("In the fall of Rome many died.", ""),
            ("The clinic closed half a year ago.", ""),
        ],
    );
}

#[test]
fn german_holidays_are_resolved() {
    check_all(
        "de",
        "2022-03-30T09:00:00+02:00[Europe/Berlin]",
        &[
            ("Am Ostermontag ist das Museum offen.", "Am Ostermontag=2022-04-18"),
            ("An Karfreitag bleibt das Museum zu.", "An Karfreitag=2022-04-15"),
            ("Zu Pfingsten öffnet das Museum.", "Pfingsten=2022-06-05"),
            ("Am Rosenmontag war das Museum zu.", "Am Rosenmontag=2022-02-28"),
            ("An Silvester war das Museum zu.", "An Silvester=2021-12-31"),
            ("Am zweiten Weihnachtsfeiertag war das Museum zu.", "Am zweiten Weihnachtsfeiertag=2021-12-26"),
            ("Am 1. Weihnachtstag war das Museum zu.", "Am 1. Weihnachtstag=2021-12-25"),
            ("An Fronleichnam ist das Museum zu.", "An Fronleichnam=2022-06-16"),
            ("Am Tag der Deutschen Einheit ist das Museum offen.", "Am Tag der Deutschen Einheit=2022-10-03"),
            ("Am Heiligabend 2019 war das Museum zu.", "Am Heiligabend 2019=2019-12-24"),
            ("Am Muttertag ist das Museum offen.", "Am Muttertag=2022-05-08"),
            ("Am Buß- und Bettag ist das Museum zu.", "Am Buß- und Bettag=2022-11-16"),
            ("Am ersten Advent ist das Museum offen.", "Am ersten Advent=2022-11-27"),
            ("An Neujahr war das Museum zu.", "An Neujahr=2022-01-01"),
        ],
    );
}

#[test]
fn german_ranges_and_lists_are_resolved() {
    check_all(
        "de",
        AUTUMN,
        &[
            ("Die Schau ist vom 18. bis 21. Oktober offen.", "vom 18. bis 21. Oktober=2021-10-18/2021-10-21"),
            (
                "Die Schau ist vom 18. bis zum 21. Oktober offen.",
                "vom 18. bis zum 21. Oktober=2021-10-18/2021-10-21",
            ),
            ("Die Schau (18.–21. Oktober) ist neu.", "18.–21. Oktober=2021-10-18/2021-10-21"),
            ("Die Schau, 18. - 21. Oktober 2021, ist neu.", "18. - 21. Oktober 2021=2021-10-18/2021-10-21"),
            ("Die Schau ist vom 18.10. bis 21.10. offen.", "vom 18.10. bis 21.10.=2021-10-18/2021-10-21"),
            (
                "Die Schau ist vom 18. Oktober bis 3. November offen.",
                "vom 18. Oktober bis 3. November=2021-10-18/2021-11-03",
            ),
            (
                "Die Schau ist vom 20. Dezember bis 6. Januar offen.",
                "vom 20. Dezember bis 6. Januar=2021-12-20/2022-01-06",
            ),
            ("Die Schau war von Montag bis Mittwoch offen.", "von Montag bis Mittwoch=2021-10-11/2021-10-13"),
            ("Die Schau ist von Samstag bis Montag offen.", "von Samstag bis Montag=2021-10-16/2021-10-18"),
            ("Zwischen 2014 und 2019 stieg die Zahl.", "Zwischen 2014 und 2019=2014/2019"),
            ("Von 2014 bis 2019 stieg die Zahl.", "Von 2014 bis 2019=2014/2019"),
            ("In den Jahren 2014–2019 stieg die Zahl.", "In den Jahren 2014–2019=2014/2019"),
            ("Von Mai bis September 2019 stieg die Zahl.", "Von Mai bis September 2019=2019-05/2019-09"),
            ("Die Schau ist am 18. und 19. Oktober offen.", "am 18.=2021-10-18; 19. Oktober=2021-10-19"),
            (
                "Die Schau ist am 18., 19. und 21. Oktober offen.",
                "am 18.=2021-10-18; 19.=2021-10-19; 21. Oktober=2021-10-21",
            ),
            ("Die Schau ist täglich 10-18 Uhr offen.", "10-18 Uhr=2021-10-14T10:00/2021-10-14T18:00"),
        ],
    );
}

#[test]
fn the_turn_of_the_year_is_minded() {
    check_all(
        "de",
        NEW_YEAR,
        &[
            ("Am 30. Dezember brannte es.", "Am 30. Dezember=2021-12-30"),
            ("Am Donnerstag, 30. Dezember, brannte es.", "Am Donnerstag, 30. Dezember,=2021-12-30"),
            ("Im Dezember brannte es.", "Im Dezember=2021-12"),
            ("Am Freitag brannte es.", "Am Freitag=2021-12-31"),
            ("Vergangene Woche brannte es.", "Vergangene Woche=2021-W52"),
            ("Im vierten Quartal sank der Gewinn.", "Im vierten Quartal=2021-Q4"),
        ],
    );
    check_all(
        "de",
        "2021-12-30T09:00:00+01:00[Europe/Berlin]",
        &[
            ("Am 4. Januar wird der Rat tagen.", "Am 4. Januar=2022-01-04"),
            ("Ab Januar wird gebaut.", "Januar=2022-01"),
        ],
    );
}

#[test]
fn the_weekday_decides_the_year() {
    check_all(
        "de",
        "2024-04-19T09:00:00+02:00[Europe/Berlin]",
        &[
            ("Das teilte die Stadt am Montag, 6. April, mit.", "am Montag, 6. April,=2020-04-06"),
            ("Das teilte die Stadt am Montag, 15. April, mit.", "am Montag, 15. April,=2024-04-15"),
        ],
    );
}

#[test]
fn what_is_no_date_in_german_is_left_alone() {
    let wrong: Vec<String> = [
        "Frau Mai leitet das Amt.",
        "Frau Sommer leitet das Amt.",
        "Herr Freitag leitet das Amt.",
        "Anna Sommer sprach zuerst.",
        "Jens Freitag sprach zuerst.",
        "Die Sängerin Katja März trat auf.",
        "Die Bürgermeisterin April Berger sprach.",
        "August Müller war Bäcker.",
        "Nach § 6 Abs. 4 ist das verboten.",
        "Nach § 12 Absatz 10 ist das verboten.",
        "Artikel 12.10 der Satzung gilt.",
        "Die Elf gewann 3:2.",
        "Der Satz ging mit 6:4 an sie.",
        "Die Zahl stieg um 6,4 Prozent.",
        "Die Zahl stieg um 6.4 Prozent.",
        "Der Preis liegt bei 19,90 Euro.",
        "Der Preis liegt bei 19.90 Euro.",
        "Telefon 0711/12 10 20 21",
        "Version 12.10.1 ist da.",
        "Die Adresse ist 10.12.20.21.",
        "Es kamen 2019 Menschen.",
        "Der Berg ist 2019 Meter hoch.",
        "Die Stadt gab 2021 Euro aus.",
        "Zimmer 2019 ist frei.",
        "Robinson und Freitag sind Freunde.",
        "Jeden Montag ist Markt.",
        "Montags ist Markt.",
        "Guten Morgen, liebe Leser!",
        "Sein oder Nichtsein.",
        "Er kam als 12. ins Ziel.",
        "Platz 3. Mehr war nicht drin.",
        "Das Spiel Bern gegen Basel endete 2:1 (1:0).",
        "Die B 10 ist gesperrt.",
        "Er ist 19. Im Rennen war er vorn.",
        "Es war der 12. Sieg in Folge.",
        "Der Kurs fiel auf 1.2019 Dollar.",
        "Die Märzrevolution kam spät.",
        "Der Sommer-Markt zieht um.",
        "Das kostet 10.12 Franken.",
        "Sie wohnt in der Straße des 17. Juni-Platzes 2.",
    ]
    .iter()
    .filter_map(|text| {
        let found = mentions("de", AUTUMN, text);
        (!found.is_empty()).then(|| format!("{text}: {found}"))
    })
    .collect();
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn english_dates_are_resolved() {
    check_all(
        "en",
        AMERICA,
        &[
            ("The council met on Tuesday, October 12.", "on Tuesday, October 12=2021-10-12"),
            ("The council met Tuesday.", "Tuesday=2021-10-12"),
            ("The council met on Thursday.", "on Thursday=2021-10-14"),
            ("The council will meet Tuesday.", "Tuesday=2021-10-19"),
            ("The council will meet on Friday.", "on Friday=2021-10-15"),
            ("The council meets Saturday.", "Saturday=2021-10-16"),
            ("The council met last Friday.", "last Friday=2021-10-08"),
            ("The council meets next Tuesday.", "next Tuesday=2021-10-19"),
            ("The council met Oct. 12.", "Oct. 12=2021-10-12"),
            ("The council met on Oct. 12, 2021.", "on Oct. 12, 2021=2021-10-12"),
            ("The council met on October 12, 2021, in Ulm.", "on October 12, 2021=2021-10-12"),
            ("The council met on 12 October 2021.", "on 12 October 2021=2021-10-12"),
            ("The council met on 12th October.", "on 12th October=2021-10-12"),
            ("The council met on the 12th of October.", "on the 12th of October=2021-10-12"),
            ("The council met on 10/12/2021.", "on 10/12/2021=2021-10-12"),
            ("The council met on Tuesday 12 October.", "on Tuesday 12 October=2021-10-12"),
            ("The council meets today.", "today=2021-10-14"),
            ("The council met yesterday afternoon.", "yesterday afternoon=2021-10-13"),
            ("The council meets tomorrow morning.", "tomorrow morning=2021-10-15"),
            ("The council met last night.", "last night=2021-10-13"),
            ("The council meets tonight.", "tonight=2021-10-14"),
            ("The council met this morning.", "this morning=2021-10-14"),
            ("The council met Monday night.", "Monday night=2021-10-11"),
            ("The council met three days ago.", "three days ago=2021-10-11"),
            ("The council met two weeks ago.", "two weeks ago=2021-W39"),
            ("The council met last week.", "last week=2021-W40"),
            ("The council meets next week.", "next week=2021-W42"),
            ("The council met earlier this week.", "earlier this week=2021-W41"),
            ("The council met last month.", "last month=2021-09"),
            ("The council met last year.", "last year=2020"),
            ("The council meets next year.", "next year=2022"),
            ("The council met in 2019.", "in 2019=2019"),
            ("The council met the day before yesterday.", "day before yesterday=2021-10-12"),
            ("The council meets the day after tomorrow.", "day after tomorrow=2021-10-16"),
            ("The council met on the Friday of last week.", "on the Friday of last week=2021-10-08"),
            ("The council meets early next week.", "early next week=2021-W42"),
            ("The council met by mid-September.", "mid-September=2021-09"),
            ("The council has been meeting since Friday.", "Friday=2021-10-08"),
            ("The office is closed until Friday.", "Friday=2021-10-15"),
            ("Q3 2021 was better.", "Q3 2021=2021-Q3"),
            (
                "It is open from 9 a.m. to 5 p.m. daily.",
                "from 9 a.m. to 5 p.m.=2021-10-14T09:00/2021-10-14T17:00",
            ),
            ("It was filed on 2021-10-12.", "on 2021-10-12=2021-10-12"),
            ("It was filed on 12 Oct 2021.", "on 12 Oct 2021=2021-10-12"),
            ("It opens this Friday.", "this Friday=2021-10-15"),
            ("He left Wednesday and returned Thursday.", "Wednesday=2021-10-13; Thursday=2021-10-14"),
            (
                "The trial begins Monday, prosecutors said Wednesday.",
                "Monday=2021-10-18; Wednesday=2021-10-13",
            ),
            ("A vote is expected Tuesday.", "Tuesday=2021-10-19"),
            ("The Fourth of July parade was small.", "Fourth of July=2021-07-04"),
            ("The fair runs October 18 to October 21.", "October 18 to October 21=2021-10-18/2021-10-21"),
            ("The game began at 6 p.m. EDT Monday.", "at 6 p.m. EDT Monday=2021-10-11T18:00"),
            ("The game was postponed until Nov. 3.", "Nov. 3=2021-11-03"),
            ("The law takes effect Jan. 1.", "Jan. 1=2022-01-01"),
            ("The shop, which opened in March, is full.", "in March=2021-03"),
            ("The September 11 attacks changed that.", "September 11=2021-09-11"),
            ("She was born on July 4, 1976.", "on July 4, 1976=1976-07-04"),
            ("The council has met since 2019.", "2019=2019"),
            ("The council met in May.", "in May=2021-05"),
            ("The council met in November.", "in November=2020-11"),
            ("The council will meet in March.", "in March=2022-03"),
            ("The council met in late September.", "in late September=2021-09"),
            ("The council met in September 2020.", "in September 2020=2020-09"),
            ("Profit fell in the third quarter.", "in the third quarter=2021-Q3"),
            ("Profit fell in the first quarter of 2020.", "in the first quarter of 2020=2020-Q1"),
            ("It was built in the 1990s.", "in the 1990s=199X"),
            ("It opens in the summer of 2022.", "in the summer of 2022=2022-SU"),
            ("It opened last summer.", "last summer=2021-SU"),
            ("It opens this weekend.", "this weekend=2021-W41-WE"),
            ("It opened last weekend.", "last weekend=2021-W40-WE"),
            ("It opens at 7:30 p.m. Friday.", "at 7:30 p.m. Friday=2021-10-15T19:30"),
            ("It opens Friday at 8 p.m.", "Friday at 8 p.m.=2021-10-15T20:00"),
            ("It opens Friday at 7:30pm.", "Friday at 7:30pm=2021-10-15T19:30"),
            ("It opens on Christmas Day.", "on Christmas Day=2021-12-25"),
            ("It opens on Thanksgiving.", "on Thanksgiving=2021-11-25"),
            ("It opened on Labor Day.", "on Labor Day=2021-09-06"),
            ("It opened on New Year's Day.", "on New Year's Day=2021-01-01"),
            ("It runs October 18-21.", "October 18-21=2021-10-18/2021-10-21"),
            ("It runs from October 18 to October 21.", "from October 18 to October 21=2021-10-18/2021-10-21"),
            ("It runs Oct. 18 through Nov. 3.", "Oct. 18 through Nov. 3=2021-10-18/2021-11-03"),
            ("It runs from 18 to 21 October.", "from 18 to 21 October=2021-10-18/2021-10-21"),
            ("It ran from 2014 to 2019.", "from 2014 to 2019=2014/2019"),
            ("It ran between 2014 and 2019.", "between 2014 and 2019=2014/2019"),
            ("It is planned for Saturday.", "Saturday=2021-10-16"),
            ("The hearing is scheduled for Nov. 3.", "Nov. 3=2021-11-03"),
            ("The fair closes in two weeks.", "in two weeks=2021-W43"),
        ],
    );
}

#[test]
fn british_figures_put_the_day_first() {
    check_all(
        "en",
        "2021-10-14T09:30:00+01:00[Europe/London]",
        &[
            ("The council met on 12/10/2021.", "on 12/10/2021=2021-10-12"),
            ("The council met on Tuesday 12th October 2021.", "on Tuesday 12th October 2021=2021-10-12"),
        ],
    );
}

#[test]
fn what_is_no_date_in_english_is_left_alone() {
    let wrong: Vec<String> = [
        "Theresa May spoke first.",
        "They may march on the capitol.",
        "The march was peaceful.",
        "A record 2019 people took part.",
        "Ms. May said so.",
        "The team won 3-2.",
        "She won 6-4, 6-3.",
        "It costs $19.90.",
        "Prices rose 6.4 percent.",
        "Call 555-2019.",
        "Section 10.12 applies.",
        "It may rain.",
        "Sheffield Wednesday won.",
        "June Miller spoke first.",
        "Joe Friday is a detective.",
        "Every Monday there is a market.",
        "It is open on Mondays.",
        "An august body met.",
        "Prices fall.",
        "They sat in the sun.",
        "The second half was better.",
        "April Miller spoke.",
        "Version 10.12.1 is out.",
        "Room 2019 is free.",
        "It weighs 2019 pounds.",
        "Chapter 12 of the book",
        "The spring broke.",
        "A 6-4 ruling",
    ]
    .iter()
    .filter_map(|text| {
        let found = mentions("en", AMERICA, text);
        (!found.is_empty()).then(|| format!("{text}: {found}"))
    })
    .collect();
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn without_a_publication_day_only_whole_dates_are_given() {
    let context = Context { language: Some("de"), published: None, places: &[] };
    let text = "Gestern und am 3. Mai 2019 und am Montag und im Juni.";
    let found = find(&[TextBlock { kind: BlockKind::Paragraph, text }], &context);
    assert_eq!(found.iter().map(|mention| mention.date.as_str()).collect::<Vec<_>>(), ["2019-05-03"]);
}

#[test]
fn long_runs_of_anything_end_at_once() {
    let published: jiff::Zoned = AUTUMN.parse().unwrap();
    for language in ["de", "en"] {
        let context = Context { language: Some(language), published: Some(&published), places: &[] };
        for piece in [
            "1",
            ".",
            "1.",
            "1. ",
            "Montag ",
            "am ",
            "vom 6. bis ",
            "6.4.",
            "2019-",
            "1., 2., ",
            "in der Nacht zum ",
            "Ende ",
            "(",
            "19.30 ",
            "Mai ",
            "heute, ",
            "May 6 ",
            "last ",
            "ä",
            "Q1 ",
            "und ",
        ] {
            let text = piece.repeat(60_000 / piece.len());
            let begun = std::time::Instant::now();
            find(&[TextBlock { kind: BlockKind::Paragraph, text: &text }], &context);
            // A debug build beside other work: the bound is for growth, not for speed.
            assert!(begun.elapsed().as_secs() < 10, "{piece:?} in {language} took {:?}", begun.elapsed());
        }
    }
}

#[test]
fn a_mention_never_begins_inside_the_one_before() {
    holds_its_spans("vor 24 Jahren 2020");
    holds_its_spans("1990er Jahren 1000");
}

proptest::proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in "\\PC{0,200}") {
        holds_its_spans(&text);
    }

    #[test]
    fn shuffled_words_never_panic(words in proptest::collection::vec(proptest::sample::select(WORDS), 0..40)) {
        holds_its_spans(&words.join(" "));
        holds_its_spans(&words.concat());
    }
}

const WORDS: &[&str] = &[
    "am",
    "vom",
    "bis",
    "Montag",
    "6.",
    "31.",
    "April",
    "Mai",
    "2020",
    "6.4.",
    "0.0.",
    "29. Februar",
    "heute",
    "Abend",
    "in der Nacht",
    "zum",
    "Ende",
    "KW",
    "53",
    "Q",
    "4",
    "–",
    "-",
    ",",
    "(",
    ")",
    "19.30",
    "Uhr",
    "24",
    "vor",
    "drei",
    "Tagen",
    "999",
    "Jahren",
    "vergangenen",
    "Woche",
    "9999",
    "1000",
    "Ostern",
    "1.",
    "Advent",
    "nächsten",
    "Sommer",
    "1990er",
    "Jahre",
    "und",
    "zwischen",
    "ä",
    "’",
    "May",
    "April 6-9",
    "last",
    "7",
    "p.m.",
    "T",
    ":",
    "/",
    "'90s",
];

fn holds_its_spans(text: &str) {
    let published: jiff::Zoned = AUTUMN.parse().unwrap();
    for language in [Some("de"), Some("en"), None] {
        let context = Context { language, published: Some(&published), places: &[] };
        let length = text.chars().count();
        let mut last = 0;
        for mention in find(&[TextBlock { kind: BlockKind::Paragraph, text }], &context) {
            assert!(
                mention.span.start < mention.span.end && mention.span.end <= length,
                "{text:?}: {mention:?}"
            );
            assert!(last <= mention.span.start, "{text:?}: {mention:?}");
            last = mention.span.end;
            let slice: String =
                text.chars().skip(mention.span.start).take(mention.span.end - mention.span.start).collect();
            assert_eq!(slice, mention.text);
        }
    }
}
