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
mod history;
#[cfg(test)]
mod interchange;
#[cfg(test)]
mod opt_outs;
#[cfg(test)]
mod portal;
#[cfg(test)]
mod upkeep;
