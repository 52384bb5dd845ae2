//! How a session is driven where nobody interferes: on the command line, for a recording, in a test.

use super::{Next, Session};
use crate::protocol::{Command, Event};

/// Gives `session` a command, and lets it work until there is nothing left to do. `hear` is given each event and may end it;
/// `wait` lets as many seconds pass as slow motion asks for.
///
/// # Errors
/// What `hear` says.
pub async fn drive<E>(
    session: &mut Session,
    command: Command,
    mut wait: impl FnMut(f64),
    mut hear: impl FnMut(Event) -> Result<(), E>,
) -> Result<(), E> {
    session.handle(command).await.into_iter().try_for_each(&mut hear)?;
    loop {
        let (events, next) = session.advance().await;
        events.into_iter().try_for_each(&mut hear)?;
        match next {
            Next::Idle => return Ok(()),
            Next::Now => {}
            Next::After(seconds) => wait(seconds),
        }
    }
}
