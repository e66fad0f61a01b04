//! `--on-problem`: a command of the person's own that gets the message of a run that went wrong. Bounded in time.

use std::io::{self, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// How long the command may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Why the command did not do what it was for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HookError {
    /// It could not be started.
    #[error("cannot start a shell")]
    Start(#[source] io::Error),
    /// It ended with a code other than 0.
    #[error("it ended with {0}")]
    Failed(ExitStatus),
    /// It took too long and was ended, with everything it had started.
    #[error("it took longer than {} s and was ended", .0.as_secs_f32())]
    TooLong(Duration),
}

/// Runs `command` by the shell: `message` on its stdin, `facts` in its environment, its output to stderr.
pub(crate) fn run(
    command: &str,
    message: &str,
    facts: &[(&str, String)],
    patience: Duration,
) -> Result<(), HookError> {
    let stderr = || io::stderr().as_fd().try_clone_to_owned().map_or_else(|_| Stdio::null(), Stdio::from);
    let mut child = Command::new("/bin/sh")
        .arg("-c")
        .arg(command)
        .envs(facts.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::piped())
        .stdout(stderr())
        .stderr(stderr())
        // A group of its own, so that what the command starts ends with it.
        .process_group(0)
        .spawn()
        .map_err(HookError::Start)?;
    let group = child.id();
    let (sender, receiver) = channel();
    let message = message.to_owned();
    // The thread ends with the command: it does nothing but write to it and wait for it.
    std::thread::spawn(move || {
        let _ = sender.send(feed_and_wait(&mut child, &message));
    });
    match receiver.recv_timeout(patience) {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => Err(HookError::Failed(status)),
        Ok(Err(error)) => Err(HookError::Start(error)),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
            // The shell's own `kill`: not every system has it as a program.
            let _ = Command::new("/bin/sh").arg("-c").arg(format!("kill -s KILL -- -{group}")).status();
            Err(HookError::TooLong(patience))
        }
    }
}

fn feed_and_wait(child: &mut Child, message: &str) -> io::Result<ExitStatus> {
    if let Some(mut stdin) = child.stdin.take() {
        // A command that does not read its input is none the worse for it.
        let _ = stdin.write_all(message.as_bytes());
    }
    child.wait()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn the_command_gets_message_and_facts() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("mail");
        let facts = [("DATELINE_EXIT_CODE", "4".to_owned()), ("MAIL", file.display().to_string())];
        run("{ echo $DATELINE_EXIT_CODE; cat; } > \"$MAIL\"", "die Mitteilung\n", &facts, PATIENCE).unwrap();
        assert_eq!(std::fs::read_to_string(file).unwrap(), "4\ndie Mitteilung\n");
    }

    #[test]
    fn a_command_that_fails_or_reads_nothing_is_told_from_one_that_works() {
        let long = "x".repeat(1 << 20);
        assert!(run("true", &long, &[], PATIENCE).is_ok());
        assert!(matches!(run("exit 3", "", &[], PATIENCE), Err(HookError::Failed(_))));
    }

    #[test]
    fn a_command_without_end_is_ended_with_its_children() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("child");
        let facts = [("CHILD", file.display().to_string())];
        let result = run("sleep 300 & echo $! > \"$CHILD\"; wait", "", &facts, Duration::from_millis(500));
        assert!(matches!(result, Err(HookError::TooLong(_))), "{result:?}");
        let child = std::fs::read_to_string(file).unwrap();
        let ended = || match std::fs::read_to_string(format!("/proc/{}/stat", child.trim())) {
            Ok(stat) => stat.contains(") Z"),
            Err(_) => true,
        };
        let until = Instant::now() + Duration::from_secs(20);
        while !ended() && Instant::now() < until {
            std::thread::yield_now();
        }
        assert!(ended(), "what the command had started goes on");
    }
}
