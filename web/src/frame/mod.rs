//! What stands around the figures: the header, the list of lessons, what is said to the reader.

mod announcer;
mod dialog;
mod engine_line;
mod header;
mod help;
mod lessons;
mod notices;

pub use announcer::Announcer;
pub use dialog::{Content as DialogContent, Dialog};
pub use engine_line::{EngineLine, word_of};
pub use header::Header;
pub use help::HelpDialog;
pub use lessons::LessonList;
pub use notices::Notices;
