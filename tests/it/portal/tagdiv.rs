//! A portal in the tagDiv theme, served on loopback, with the truth about its articles.

use dateline::demo::{Expected, Site};

use crate::portal::reply::Reply;
use crate::portal::server::{PortalServer, Request};

/// A portal in the tagDiv theme, of any size, with the truth about each of its articles.
#[derive(Debug, Clone)]
pub(crate) struct TagdivPortal {
    site: Site,
}

impl TagdivPortal {
    /// A portal of that many articles; the same numbers give the same portal.
    pub(crate) fn new(articles: usize, seed: u64) -> Self {
        Self { site: Site::generated(articles, seed) }
    }

    /// The same with pages that carry so many more bytes of style.
    pub(crate) fn padded(self, bytes: usize) -> Self {
        Self { site: self.site.padded(bytes) }
    }

    /// What every article must come out as.
    pub(crate) fn truth(&self) -> Vec<Expected> {
        self.site.truth()
    }

    /// Serves it.
    pub(crate) fn serve(&self) -> PortalServer {
        self.serve_but(|_| None)
    }

    /// Serves it, but for the requests to which `exception` has a reply of its own.
    pub(crate) fn serve_but(
        &self,
        exception: impl Fn(&Request) -> Option<Reply> + Send + Sync + 'static,
    ) -> PortalServer {
        let site = self.site.clone();
        PortalServer::start_with(|origin| {
            let site = site.at(origin);
            Box::new(move |request| {
                if let Some(reply) = exception(request) {
                    return reply;
                }
                let response = site.respond(&request.path, &request.headers);
                Reply {
                    headers: response.headers.0,
                    ..Reply::new(response.status, "text/html", response.body)
                }
            })
        })
    }

    /// Its selector file, for the portal `id` served at `origin`, with that delay (`0s`, `200ms`).
    pub(crate) fn selectors(id: &str, origin: &str, delay: &str) -> String {
        dateline::demo::portal_toml(origin)
            .replace("id       = \"demo\"", &format!("id       = \"{id}\""))
            .replace("delay = \"20ms\"", &format!("delay = \"{delay}\""))
    }
}
