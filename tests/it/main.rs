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
mod discovery;
#[cfg(test)]
mod docs;
#[cfg(test)]
mod evidence;
#[cfg(test)]
mod fairness;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod first_steps;
#[cfg(test)]
mod history;
#[cfg(test)]
mod interchange;
#[cfg(test)]
mod invented;
#[cfg(test)]
mod long_inputs;
#[cfg(test)]
mod methods;
#[cfg(test)]
mod mutations;
#[cfg(test)]
mod opt_outs;
#[cfg(test)]
mod partial;
#[cfg(test)]
mod portal;
#[cfg(test)]
mod refresh;
#[cfg(test)]
mod resumption;
#[cfg(test)]
mod shared_hosts;
#[cfg(test)]
mod unattended;
#[cfg(test)]
mod upkeep;
