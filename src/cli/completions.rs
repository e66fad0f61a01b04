//! `dateline completions`: scripts by which a shell completes commands, options and the names of portals.
//!
//! Commands and options are written into the script; names of portals are asked of the program each time, since they
//! come and go with the files.

use std::fmt::Write as _;

use clap::{Args, CommandFactory as _, ValueEnum};
use clap_complete::{Shell, generate};

use crate::cli::{Cli, Exit, Globals, output, portals};

/// The program's name, as shells call it.
const PROGRAM: &str = "dateline";

/// How the scripts ask for the portals' names.
const ASK: &str = "dateline completions portals 2>/dev/null";

/// Options of `dateline completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell: bash, zsh or fish
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: CompletionsFor,
}

/// What to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CompletionsFor {
    /// For `~/.bashrc`: source <(dateline completions bash)
    Bash,
    /// For a file `_dateline` in a directory of $fpath
    Zsh,
    /// For ~/.config/fish/completions/dateline.fish
    Fish,
    /// The names of the portals, a line each; what the scripts ask
    Portals,
}

/// Writes the script.
pub(crate) fn run(args: &CompletionsArgs, globals: &Globals) -> anyhow::Result<Exit> {
    let text = match args.shell {
        CompletionsFor::Bash => bash(),
        CompletionsFor::Zsh => zsh(),
        CompletionsFor::Fish => fish(),
        CompletionsFor::Portals => {
            let set = portals::all(globals)?;
            let mut names: Vec<&str> = set.portals.iter().map(|known| known.portal.id.as_str()).collect();
            names.sort_unstable();
            names.iter().fold(String::new(), |mut text, name| {
                let _ = writeln!(text, "{name}");
                text
            })
        }
    };
    output::write_stdout(&text)?;
    Ok(Exit::Done)
}

fn script(shell: Shell) -> String {
    let mut bytes = Vec::new();
    generate(shell, &mut Cli::command(), PROGRAM, &mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Commands whose arguments are portals, with their parents: `crawl`, `selectors check`.
fn commands_with_portals() -> Vec<Vec<String>> {
    let mut found = Vec::new();
    collect(&Cli::command(), &mut Vec::new(), &mut found);
    found
}

fn collect(command: &clap::Command, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    if command.get_positionals().any(takes_portals) {
        found.push(path.clone());
    }
    for inner in command.get_subcommands() {
        path.push(inner.get_name().to_owned());
        collect(inner, path, found);
        path.pop();
    }
}

fn takes_portals(argument: &clap::Arg) -> bool {
    matches!(argument.get_id().as_str(), "portals" | "names")
}

fn bash() -> String {
    let mut text = script(Shell::Bash);
    let last_words: Vec<String> =
        commands_with_portals().iter().filter_map(|path| path.last().cloned()).collect();
    let _ = write!(
        text,
        r#"
# Names of portals: after --portal, and where a command takes them.
_dateline_with_portals() {{
    local cur="${{COMP_WORDS[COMP_CWORD]}}" prev="${{COMP_WORDS[COMP_CWORD-1]}}" word wanted=""
    case "$prev" in
        --portal) wanted=1 ;;
        -q|--quiet|-v|--verbose|--dry-run|--refresh|[!-]*)
            if [[ "$cur" != -* ]]; then
                for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
                    case "$word" in {}) wanted=1 ;; esac
                done
            fi ;;
    esac
    if [[ -n "$wanted" ]]; then
        COMPREPLY=($(compgen -W "$({ASK})" -- "$cur"))
    else
        _dateline "$@"
    fi
}}
complete -F _dateline_with_portals -o bashdefault -o default {PROGRAM}
"#,
        last_words.join("|")
    );
    text
}

fn zsh() -> String {
    let names = format!(
        "autoload -U is-at-least\n\n_dateline_portals() {{\n    local -a names\n    names=(${{(f)\"$({ASK})\"}})\n    compadd -a names\n}}\n"
    );
    let mut text = String::new();
    for line in script(Shell::Zsh).lines() {
        let takes_portals = ["'*::portals --", "'*::names --", "'*--portal=", "'--portal="];
        if takes_portals.iter().any(|start| line.starts_with(start)) {
            let _ = writeln!(text, "{}", line.replace(":_default'", ":_dateline_portals'"));
        } else if line.trim() == "autoload -U is-at-least" {
            text.push_str(&names);
        } else {
            let _ = writeln!(text, "{line}");
        }
    }
    text
}

fn fish() -> String {
    let mut text = script(Shell::Fish);
    text.push_str("\n# Names of portals, and the words a command takes.\n");
    let mut command = Cli::command();
    command.build();
    fish_arguments(&command, &[], &mut text);
    text
}

/// What the generated script leaves out: values of arguments, and portals.
fn fish_arguments(command: &clap::Command, path: &[&str], text: &mut String) {
    let condition = match path {
        [] => String::new(),
        [command, inner @ ..] => {
            inner.iter().fold(format!("__fish_dateline_using_subcommand {command}"), |condition, inner| {
                format!("{condition}; and __fish_seen_subcommand_from {inner}")
            })
        }
    };
    for argument in command.get_positionals() {
        let values: Vec<String> =
            argument.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
        let words = match (takes_portals(argument), values.is_empty()) {
            (true, _) => format!("({ASK})"),
            (false, false) => values.join(" "),
            (false, true) => continue,
        };
        let _ = writeln!(text, "complete -c {PROGRAM} -n \"{condition}\" -f -a \"{words}\"");
    }
    // The generated lines know the option too, as one that takes a file.
    if command.get_opts().any(|option| option.get_long() == Some("portal")) {
        let _ = writeln!(text, "complete -c {PROGRAM} -n \"{condition}\" -l portal -x -a \"({ASK})\"");
    }
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
        fish_arguments(inner, &[path, &[inner.get_name()]].concat(), text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_asks_for_the_portals_where_a_command_takes_them() {
        let found = commands_with_portals();
        for wanted in [&["crawl"][..], &["selectors", "check"], &["selectors", "test"]] {
            assert!(found.iter().any(|path| path == wanted), "{wanted:?} in {found:?}");
        }
        let zsh = zsh();
        assert!(zsh.contains("_dateline_portals() {") && zsh.starts_with("#compdef dateline"), "{zsh}");
        assert!(zsh.matches(":_dateline_portals'").count() >= found.len(), "{zsh}");
        let fish = fish();
        assert!(fish.contains("using_subcommand crawl\" -f -a \"(dateline completions portals"), "{fish}");
        assert!(fish.contains("using_subcommand export\" -l portal -x"), "{fish}");
        assert!(!fish.contains("using_subcommand crawl\" -l portal"), "{fish}");
        assert!(fish.contains("using_subcommand export\" -f -a \"articles quotes"), "{fish}");
    }
}
