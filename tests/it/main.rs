//! Integration tests: one binary, a module per capability.

#[cfg(test)]
mod architecture;
#[cfg(test)]
mod archive_commands;
#[cfg(test)]
mod crawl;
#[cfg(test)]
mod demo_site;
#[cfg(test)]
mod docs;
#[cfg(test)]
mod evidence;
#[cfg(test)]
mod portal_server;
#[cfg(test)]
mod refresh;
