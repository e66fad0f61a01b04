//! Applies the rules of a selector file to a parsed page. Knows rules and elements, not articles: `extract` and
//! `discover` say what the values mean.
