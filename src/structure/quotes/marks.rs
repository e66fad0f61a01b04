//! Pairs quotation marks within one block: every usual set, nesting, and the mistakes people make.
//!
//! Decides which signs are marks at all (apostrophes, inch and minute marks are not); what the quoted words are —
//! speech, a title, a name — is left to `speech`.

use crate::structure::text::{Text, TokenKind};

/// Marks nested deeper than this are left alone.
const MAX_DEPTH: usize = 6;

/// Two marks and what lies between them, as token indices of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair {
    /// The opening mark.
    pub open: usize,
    /// One past the last token, the closing mark included.
    pub end: usize,
    /// Whether it has a closing mark.
    pub closed: bool,
    /// The pair it stands in.
    pub parent: Option<usize>,
}

impl Pair {
    /// The tokens between the marks.
    pub(super) fn inside(&self) -> std::ops::Range<usize> {
        self.open + 1..if self.closed { self.end - 1 } else { self.end }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Double,
    Single,
    Guillemet,
    SingleGuillemet,
}

impl Family {
    fn is_single(self) -> bool {
        matches!(self, Self::Single | Self::SingleGuillemet)
    }
}

/// What a mark can be where it stands.
#[derive(Debug, Clone, Copy)]
struct Mark {
    token: usize,
    sign: char,
    family: Family,
    opens: bool,
    closes: bool,
}

/// A mark that waits for its partner, and how many pairs were complete when it came.
#[derive(Debug, Clone, Copy)]
struct Open {
    mark: Mark,
    done: usize,
}

/// The pairs of a block in the order of their opening marks, outer before inner.
pub(super) fn pair(text: &Text<'_>) -> Vec<Pair> {
    let marks = classify(text);
    let mut later_single_close = vec![false; marks.len()];
    let mut next_close: Option<usize> = None;
    let mut next_opens_first = false;
    let mut another_close = vec![false; marks.len()];
    for index in (0..marks.len()).rev() {
        later_single_close[index] = next_close.is_some();
        another_close[index] = next_close.is_some() && !next_opens_first;
        if marks[index].family == Family::Single {
            if marks[index].closes {
                next_close = Some(index);
                next_opens_first = false;
            }
            if marks[index].opens {
                next_opens_first = true;
            }
        }
    }
    let mut open: Vec<Open> = Vec::new();
    let mut done: Vec<Pair> = Vec::new();
    for (index, mark) in marks.iter().enumerate() {
        let next = marks.get(index + 1);
        if is_measure(text, mark, &open, next) {
            continue;
        }
        if let Some(partner) = closing_partner(mark, &open) {
            let possessive = mark.family == Family::Single
                && ends_in_s(text, mark.token)
                && another_close[index]
                && text.tokens.get(mark.token + 1).is_some_and(|after| after.kind == TokenKind::Word);
            if possessive {
                continue;
            }
            let opened = open[partner];
            open.truncate(partner);
            if mark.token > opened.mark.token + 1 {
                done.push(Pair { open: opened.mark.token, end: mark.token + 1, closed: true, parent: None });
            }
            continue;
        }
        let opens = mark.opens
            && open.len() < MAX_DEPTH
            && (mark.family != Family::Single
                || (later_single_close[index] && !is_elision(text, mark, &open)));
        if opens {
            open.push(Open { mark: *mark, done: done.len() });
        }
    }
    close_the_rest(text, &open, &mut done);
    nest(done)
}

/// Marks without partner: double ones reach to the end of the block, or to the next mark of their own kind.
fn close_the_rest(text: &Text<'_>, open: &[Open], done: &mut Vec<Pair>) {
    let mut end = text.tokens.len();
    for opened in open.iter().rev() {
        if opened.mark.family.is_single() {
            continue;
        }
        let start = opened.mark.token;
        let next_of_kind = done[opened.done.min(done.len())..]
            .iter()
            .map(|pair| pair.open)
            .filter(|inner| *inner > start && *inner < end)
            .find(|inner| !text.form(*inner).starts_with(['‚', '‘', '\'', '’', '‹', '›']));
        let stop = next_of_kind.unwrap_or(end);
        // A lone straight mark in front of nothing much is a slip, not a quotation.
        if stop > start + 2 || (stop > start + 1 && opened.mark.sign != '"') {
            done.push(Pair { open: start, end: stop, closed: false, parent: None });
        }
        end = start;
    }
}

/// Sorts pairs by their place and finds the parent of each.
fn nest(mut pairs: Vec<Pair>) -> Vec<Pair> {
    pairs.sort_unstable_by_key(|pair| (pair.open, std::cmp::Reverse(pair.end)));
    let mut stack: Vec<usize> = Vec::new();
    for index in 0..pairs.len() {
        while stack.last().is_some_and(|outer| pairs[*outer].end <= pairs[index].open) {
            stack.pop();
        }
        pairs[index].parent = stack.last().copied();
        stack.push(index);
    }
    pairs
}

fn classify(text: &Text<'_>) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    let mut inward = 0_i32; // »…« against «…»
    for (index, token) in text.tokens.iter().enumerate() {
        if token.kind != TokenKind::Mark {
            continue;
        }
        let sign = text.sign(index);
        let Some(family) = family(sign, token.char_end - token.char_start) else { continue };
        let before = text.source[..token.start].chars().next_back();
        let after = text.source[token.end..].chars().next();
        let starts = before.is_none_or(|before| {
            before.is_whitespace()
                || matches!(
                    before,
                    '(' | '['
                        | '{'
                        | '/'
                        | '–'
                        | '—'
                        | '-'
                        | ':'
                        | '|'
                        | '„'
                        | '‚'
                        | '»'
                        | '«'
                        | '‹'
                        | '›'
                        | '>'
                )
                || (matches!(before, '“' | '"' | '‘' | '\'')
                    && marks.last().is_some_and(|last| last.token + 1 == index && last.opens))
        });
        let glued = after.is_some_and(|after| {
            !after.is_whitespace() && !matches!(after, '.' | ',' | ';' | ':' | '!' | '?' | ')' | ']' | '}')
        }) || after == Some('…')
            || text.source[token.end..].starts_with("...");
        let no_break_after = after.is_some_and(|after| matches!(after, '\u{a0}' | '\u{202f}' | '\u{2009}'));
        let no_break_before =
            before.is_some_and(|before| matches!(before, '\u{a0}' | '\u{202f}' | '\u{2009}'));
        let follows = before.is_some_and(|before| !before.is_whitespace() && !matches!(before, '(' | '['));
        let ends = after.is_none_or(|after| !after.is_alphanumeric());
        let (mut opens, mut closes) = (starts && glued, follows && (ends || !starts));
        match sign {
            '„' | '‟' | ',' | '‚' => (opens, closes) = (glued || after.is_some(), false),
            '`' if token.char_end - token.char_start == 2 => (opens, closes) = (true, false),
            '”' => {
                closes = follows;
                opens = opens && !closes;
            }
            '«' | '»' | '‹' | '›' => {
                opens = (starts && glued) || (no_break_after && (starts || sign == '«'));
                closes = (follows && !(opens && before != Some('-'))) || (no_break_before && !glued);
                let lean = if matches!(sign, '»' | '›') { 1 } else { -1 };
                inward += i32::from(opens && !closes) * lean - i32::from(closes && !opens) * lean;
            }
            _ => {}
        }
        marks.push(Mark { token: index, sign, family, opens, closes });
    }
    // Where the surroundings of a guillemet do not tell, the block's custom does.
    for mark in &mut marks {
        if matches!(mark.family, Family::Guillemet | Family::SingleGuillemet) && mark.opens == mark.closes {
            let points_right = matches!(mark.sign, '»' | '›');
            mark.opens = points_right == (inward > 0);
            mark.closes = !mark.opens;
        }
    }
    marks
}

fn family(sign: char, length: usize) -> Option<Family> {
    Some(match sign {
        '\'' | '`' | ',' if length == 2 => Family::Double,
        '„' | '“' | '”' | '‟' | '"' | '＂' => Family::Double,
        '‚' | '‘' | '’' | '‛' | '\'' | '`' | '´' => Family::Single,
        '«' | '»' => Family::Guillemet,
        '‹' | '›' => Family::SingleGuillemet,
        _ => return None,
    })
}

/// The open mark this one closes, as an index of the stack.
fn closing_partner(mark: &Mark, open: &[Open]) -> Option<usize> {
    let fits = |opened: &Open| fits(opened.mark.sign, mark.sign) && opened.mark.family == mark.family;
    let partner = open.iter().rposition(fits);
    if let Some(partner) = partner {
        let decided = mark.closes || (mark.sign == '“' && matches!(open[partner].mark.sign, '„' | ',' | '‟'));
        let only_opens = mark.opens && !mark.closes;
        return (decided && !(only_opens && mark.sign != '“')).then_some(partner);
    }
    // „…« and "…“: two customs in one pair, only where nothing fits better.
    let mixed = |opened: &Open| {
        !opened.mark.family.is_single() && !mark.family.is_single() && opened.mark.family != mark.family
    };
    (mark.closes && !mark.opens).then(|| open.iter().rposition(mixed)).flatten()
}

fn fits(open: char, close: char) -> bool {
    match (open, close) {
        ('«', '«') | ('»', '»') | ('‹', '‹') | ('›', '›') => open == '»',
        (_, '„' | '‚' | ',') => false,
        _ => true,
    }
}

/// `29"`, `5'`: a measure, not a mark.
fn is_measure(text: &Text<'_>, mark: &Mark, open: &[Open], next: Option<&Mark>) -> bool {
    if !matches!(mark.sign, '"' | '\'' | '’' | '”' | '´') || mark.token == 0 {
        return false;
    }
    let before = &text.tokens[mark.token - 1];
    if before.kind != TokenKind::Number || before.end != text.tokens[mark.token].start {
        return false;
    }
    if text
        .tokens
        .get(mark.token + 1)
        .is_some_and(|after| after.kind == TokenKind::Number && !after.space_before)
    {
        return true;
    }
    let is_open =
        open.iter().any(|opened| opened.mark.family == mark.family && fits(opened.mark.sign, mark.sign));
    if !is_open {
        return true;
    }
    // Inside a quotation: a word goes on after it, and another mark closes.
    let word_follows = text
        .tokens
        .get(mark.token + 1)
        .is_some_and(|after| after.kind == TokenKind::Word && after.space_before && !after.capital);
    let compound = text.tokens.get(mark.token + 1).is_some_and(|after| !after.space_before)
        && text.sign(mark.token + 1) == '-'
        && text.tokens.get(mark.token + 2).is_some_and(|after| !after.space_before);
    (word_follows || compound)
        && next.is_some_and(|next| next.family == mark.family && next.closes && !next.opens)
}

fn ends_in_s(text: &Text<'_>, mark: usize) -> bool {
    mark > 0 && text.lower(mark - 1).ends_with(['s', 'z', 'x', 'ß'])
}

/// `'s`, `'n`, `’90s`: letters left out, not words quoted.
fn is_elision(text: &Text<'_>, mark: &Mark, open: &[Open]) -> bool {
    if mark.sign == '‚' || open.iter().any(|opened| opened.mark.sign == mark.sign) {
        return mark.sign != '‚';
    }
    let next = mark.token + 1;
    let Some(token) = text.tokens.get(next) else { return true };
    if token.space_before {
        return true;
    }
    if mark.sign != '‘' && is_year(text, next) {
        return true;
    }
    mark.sign != '‘'
        && matches!(
            text.lower(next),
            "s" | "n"
                | "t"
                | "m"
                | "ne"
                | "nen"
                | "nem"
                | "ner"
                | "em"
                | "tis"
                | "twas"
                | "cause"
                | "til"
                | "bout"
                | "cos"
                | "ran"
                | "rein"
                | "raus"
        )
}

fn is_year(text: &Text<'_>, index: usize) -> bool {
    text.form(index).bytes().take(2).all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Quoted strings with their marks, outer before inner.
    fn check(source: &str, expected: &[&str]) {
        let text = Text::new(source);
        let found: Vec<&str> = pair(&text)
            .iter()
            .map(|pair| &source[text.tokens[pair.open].start..text.tokens[pair.end - 1].end])
            .collect();
        assert_eq!(found, expected, "{source}");
    }

    #[test]
    fn every_usual_set_of_marks_pairs() {
        check("Er rief „Halt“ und ging.", &["„Halt“"]);
        check("Er rief „Halt” und ging.", &["„Halt”"]);
        check("Er rief „Halt\" und ging.", &["„Halt\""]);
        check("Er rief »Halt« und ging.", &["»Halt«"]);
        check("Er rief «Halt» und ging.", &["«Halt»"]);
        check("Il dit «\u{a0}Halte\u{a0}» et part.", &["«\u{a0}Halte\u{a0}»"]);
        check("He cried “Stop” and left.", &["“Stop”"]);
        check("He cried \"Stop\" and left.", &["\"Stop\""]);
        check("He cried ``Stop'' and left.", &["``Stop''"]);
        check("Er rief ,,Halt'' und ging.", &[",,Halt''"]);
        check("Er rief ‚Halt‘ und ging.", &["‚Halt‘"]);
        check("He cried ‘Stop’ and left.", &["‘Stop’"]);
        check("Er rief ›Halt‹ und ging.", &["›Halt‹"]);
    }

    #[test]
    fn inner_marks_nest() {
        check("„Sie sagte ‚nein‘ und ging“, sagt er.", &["„Sie sagte ‚nein‘ und ging“", "‚nein‘"]);
        check("“He said, ‘No.’ Then he left.”", &["“He said, ‘No.’ Then he left.”", "‘No.’"]);
        check("„‚Nie‘, sagte sie.“", &["„‚Nie‘, sagte sie.“", "‚Nie‘"]);
        check("»Das ›Rad‹ ist alt«", &["»Das ›Rad‹ ist alt«", "›Rad‹"]);
    }

    #[test]
    fn apostrophes_and_measures_are_not_marks() {
        check(
            "\"We can't stop the clients' dogs,\" Ann's aunt said.",
            &["\"We can't stop the clients' dogs,\""],
        );
        check("Räder mit 29\" und 26\" sind da. \"Gut so\", sagt er.", &["\"Gut so\""]);
        check("Er lief 5'30 und 4' schneller.", &[]);
        check("So war's halt, 's ist gut, in den ’90ern.", &[]);
        check("‘The boys’ room is full,’ he said.", &["‘The boys’ room is full,’"]);
    }

    #[test]
    fn a_missing_closing_mark_ends_with_the_block_or_the_next_mark() {
        check("Er sagte: „Das war es. Nie wieder.", &["„Das war es. Nie wieder."]);
        check("„Eins, sagt er. „Zwei“, sagt sie.", &["„Eins, sagt er.", "„Zwei“"]);
    }

    #[test]
    fn a_megabyte_of_marks_is_linear() {
        for pattern in ["„", "“", "\"", "'", "»", "«", "‚a‘ ", "„a ", "\" ", "’s ", "a“", "„“", ",,''"]
        {
            let source = pattern.repeat(1_000_000 / pattern.len());
            let found = pair(&Text::new(&source));
            assert!(found.len() <= source.len());
        }
    }
}
