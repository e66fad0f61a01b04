//! The demo portal: an invented newspaper in the tagDiv theme, made from templates and texts in the binary, served
//! on loopback. What crawls it is the same code as for any portal.
//!
//! Stories come from data files (`story`) or are told by rule (`grammar`); `article` places them on a site, `site`
//! answers requests with pages (`classic`, `cloud`, `listing`, `machine`), `server` speaks HTTP, `truth` says what
//! must be read from them.

mod article;
mod calendar;
mod classic;
mod cloud;
mod grammar;
mod listing;
mod machine;
mod markup;
mod page;
mod random;
mod response;
mod server;
mod site;
mod story;
mod text;
mod truth;

pub use article::{DateSource, PageLayout};
pub use response::Response;
pub use server::{LoggedRequest, RequestLog, Running, portal_toml, serve, start};
pub use site::{DEFAULT_ORIGIN, Site};
pub use truth::{Expected, ExpectedImage, ExpectedLink};
