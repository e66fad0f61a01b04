//! The fields of an article by name: what selectors may find, what provenance is kept for.

use std::fmt;

macro_rules! fields {
    ($($variant:ident $name:literal $doc:literal,)+) => {
        /// A field of the record that a rule can give.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field { $(#[doc = $doc] $variant,)+ }

        impl Field {
            /// Every field, in the order of the record.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name used in records, selector files and columns.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The field of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

fields! {
    Url "url" "Canonical address.",
    Language "language" "BCP 47 tag.",
    Sections "sections" "Breadcrumbs, from the general to the special.",
    Kicker "kicker" "Short line over the headline.",
    Headline "headline" "Title of the article.",
    Subheadline "subheadline" "Line under the headline.",
    Authors "authors" "Names of the people who wrote it.",
    Published "published" "When it was first published.",
    Modified "modified" "When it was last changed, by its own account.",
    Dateline "dateline" "Where, when and by whom it was written.",
    Lead "lead" "First statement.",
    Body "body" "Text blocks in order.",
    Links "links" "Related, popular, inline links.",
    Images "images" "Pictures of the article.",
    Tags "tags" "Keywords.",
    FreeToRead "free_to_read" "Whether the whole text is there without payment.",
    PageKind "page_kind" "What kind of page it is.",
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
