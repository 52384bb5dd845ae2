//! Links: what a run is, in a text short enough to send.
//!
//! [`Link`] is the whole of it: a lesson, what differs from its preset, how the page is to look, and, where they are
//! short enough, the trained weights and the user's own data. Whatever a link says is untrusted: reading one never
//! fails and never allocates without bound; what could not be read is named in [`LinkNote`]s.

mod appended;
mod link;
mod mark;
mod model;
mod note;
mod payload;
mod read;
mod source;
mod spelling;
pub mod weights;

pub use link::{Link, LinkText, NOTE_LIMIT, Panel, QUERY_LIMIT};
pub use mark::{Marker, of_data, of_text};
pub use model::{MODEL_LIMIT, numbers_of};
pub use note::LinkNote;
pub use read::{LINK_LIMIT, Own, Sealed};
