//! Rebuilds the program when a built-in selector file comes or goes; `include_dir!` notices only changes within.

fn main() {
    println!("cargo::rerun-if-changed=selectors");
}
