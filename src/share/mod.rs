//! Links: what a run is, in a text short enough to send.
//!
//! [`Link`] is the whole of it: a lesson, what differs from its preset, how the page is to look, and, where they are
//! short enough, the trained weights and the user's own data. Whatever a link says is untrusted: reading one never
//! fails and never allocates without bound; what could not be read is named in [`LinkNote`]s.

mod link;
mod model;
mod note;
mod payload;
mod read;
pub mod weights;

pub use link::{Link, LinkText, NOTE_LIMIT, Panel};
pub use model::{MODEL_LIMIT, numbers_of};
pub use note::LinkNote;
pub use read::{LINK_LIMIT, Sealed};
