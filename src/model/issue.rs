//! What was not as it should be in something read from outside: noted, counted, never fatal.

use std::fmt;

use crate::model::field::Field;

/// One observation about a page, feed, sitemap or robots file that could not be read as it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Short stable name: `no-headline`, `bad-json-ld`, `nesting-limit`.
    pub code: &'static str,
    /// The field it concerns.
    pub field: Option<Field>,
    /// What happened, for a person: lower-case fragment.
    pub message: String,
}

impl Issue {
    /// An issue of the page as a whole.
    pub fn page(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, field: None, message: message.into() }
    }

    /// An issue of one field.
    pub fn field(code: &'static str, field: Field, message: impl Into<String>) -> Self {
        Self { code, field: Some(field), message: message.into() }
    }
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field {
            Some(field) => write!(f, "{}: {field}: {}", self.code, self.message),
            None => write!(f, "{}: {}", self.code, self.message),
        }
    }
}
