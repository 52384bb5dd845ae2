//! The large array of bytes that a message may carry. It is no part of what is encoded and travels beside the message, so
//! that whoever only hands it on need not copy it: the page keeps snapshots and saves models, and reads neither.

use super::text::{TextCommand, TextEvent};
use super::{Command, Event, Origin};
use crate::text::Source;

/// A message that may have a large array of bytes, held as `B`: an engine holds a vector, the page what the browser gave
/// it.
pub trait Attachment<B = Vec<u8>> {
    /// The array, if this message has one.
    fn attachment(&mut self) -> Option<&mut B>;
}

impl<B> Attachment<B> for Command<B> {
    fn attachment(&mut self) -> Option<&mut B> {
        match self {
            Command::Open { origin: Origin::Snapshot { bytes } | Origin::Model { bytes }, .. }
            | Command::CheckModel { bytes, .. } => Some(bytes),
            _ => None,
        }
    }
}

impl<B> Attachment<B> for Event<B> {
    fn attachment(&mut self) -> Option<&mut B> {
        match self {
            Event::Snapshot { bytes, .. } | Event::Exported { bytes, .. } => Some(bytes),
            _ => None,
        }
    }
}

impl<B> Attachment<B> for TextCommand<B> {
    fn attachment(&mut self) -> Option<&mut B> {
        match self {
            TextCommand::Read { bytes } => Some(bytes),
            TextCommand::Data { source: Source::File { bytes }, .. }
            | TextCommand::Corpus { source: Source::File { bytes }, .. }
            | TextCommand::Beginnings { source: Some(Source::File { bytes }), .. } => Some(bytes),
            _ => None,
        }
    }
}

impl<B> Attachment<B> for TextEvent {
    fn attachment(&mut self) -> Option<&mut B> {
        None
    }
}
