//! The numbers of a long text come to an engine by themselves; a command names them.

use std::sync::Arc;

use crate::data::Corpus;
use crate::protocol::Command;

/// The corpus that has come last, and a command that waits for another one.
#[derive(Debug, Default)]
pub struct Corpora {
    here: Option<(u32, Arc<Corpus>)>,
    waiting: Option<Command>,
}

impl Corpora {
    /// The command with the numbers of its text in the place of their name; nothing while they have not come. What comes
    /// later about a run takes the place of what waits.
    pub fn complete(&mut self, mut command: Command) -> Option<Command> {
        let (Command::Open { job, .. } | Command::Measure { job, .. }) = &mut command else {
            if matches!(command, Command::Stop { .. }) {
                self.waiting = None;
            }
            return Some(command);
        };
        self.waiting = None;
        match (job.corpus.as_ref().and_then(|corpus| corpus.kept_as()), &self.here) {
            (None, _) => {}
            (Some(wanted), Some((number, corpus))) if wanted == *number => {
                job.corpus = Some(Arc::clone(corpus))
            }
            (Some(_), _) => {
                self.waiting = Some(command);
                return None;
            }
        }
        Some(command)
    }

    /// Keeps a corpus in the place of the one before; the command that waits may be for it.
    pub fn receive(&mut self, number: u32, corpus: Corpus) -> Option<Command> {
        self.here = Some((number, Arc::new(corpus)));
        self.waiting.take()
    }
}
