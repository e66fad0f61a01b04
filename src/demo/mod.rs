//! The demo portal: an invented newspaper in the tagDiv theme, made from templates and served on loopback.
