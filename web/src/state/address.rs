//! What the page's address says, and what is written into it.

use unroll::settings::BACKEND;
use unroll::share::{Link, LinkNote};

use super::runs::Then;
use super::{Effect, LinkOptions, Notice, State};
use crate::messages::Command;

impl State {
    /// The page starts with this address, or the reader has changed it.
    pub(super) fn arrive(&mut self, mut link: Link, notes: &[LinkNote], is_bare: bool) -> Vec<Effect> {
        if !self.arrived && is_bare {
            // What suits the reader's language.
            link.form = self.lesson.opening(self.language);
        }
        for note in notes {
            self.notify_link(note);
        }
        let Link { lesson: _, form, data, text: _, model, weights, made, lang, note, embed, present, hide } =
            link;
        let first = !self.arrived;
        let same = self.alike(&form, &self.form) && data == self.data;
        let same_engine = BACKEND.read(&form) == BACKEND.read(&self.form);
        self.arrived = true;
        self.came_by_link = !is_bare;
        self.form = form;
        self.data = data;
        self.language = lang.unwrap_or(self.language);
        self.link = LinkOptions {
            embed,
            present,
            hide,
            lang,
            note,
            model: model.clone(),
            weights: weights.clone(),
            made,
        };
        if let Some(payload) = weights {
            let mut effects = self.open_weights(payload, Then::Wait);
            if first {
                effects.push(Effect::FetchRecorded);
            }
            return effects;
        }
        if let Some(address) = model {
            let mut effects = self.set_aside();
            effects.extend(self.tell(|run| Command::Stop { run }));
            self.engine.held = None;
            self.show_idle();
            self.model_loading = Some((0, None));
            effects.push(Effect::FetchOwnModel(address));
            return effects;
        }
        if first {
            self.show_idle();
            return vec![Effect::FetchRecorded, Effect::Restore];
        }
        match (same, same_engine) {
            (true, true) => Vec::new(),
            // The same run, computed elsewhere.
            (true, false) => self.pin(),
            (false, _) => self.renew("link"),
        }
    }

    /// The present settings as a link, with what the page's own link said: what a reload, or a friend, needs to come back to
    /// them.
    pub fn link_to_settings(&self) -> Link {
        let LinkOptions { embed, present, hide, lang, note, model, weights, made } = self.link.clone();
        Link {
            lesson: self.lesson,
            form: self.form.clone(),
            data: self.data.clone(),
            text: None,
            model,
            weights,
            made,
            lang,
            note,
            embed,
            present,
            hide,
        }
    }

    /// Says what could not be taken from a link, or from a control, as it stood; and the reason behind it.
    pub(super) fn notify_link(&mut self, note: &LinkNote) {
        let grave = note.error().is_some();
        self.notify(Notice { key: note.key(), args: note.fields(), grave });
        if let Some(error) = note.error() {
            self.notify(Notice::from(error));
        }
    }
}
