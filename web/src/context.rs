//! How components reach the state: [`use_app`] gives an [`App`] to read from and to dispatch to.

use leptos::prelude::*;

use crate::state::{Effect, Msg, State};

/// The page's state and the way to change it. Cheap to copy into closures.
#[derive(Clone, Copy)]
pub struct App {
    state: RwSignal<State>,
    perform: StoredValue<fn(App, Effect), LocalStorage>,
}

impl App {
    /// A state whose effects are carried out by `perform`.
    pub fn new(state: State, perform: fn(App, Effect)) -> Self {
        App { state: RwSignal::new(state), perform: StoredValue::new_local(perform) }
    }

    /// A part of the state that notifies only when that part has changed. Choose small parts: every memo is
    /// computed anew with every event of a run, sixty times a second.
    pub fn select<T>(self, part: impl Fn(&State) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        Memo::new(move |_| self.state.with(&part))
    }

    /// Reads without subscribing, in event handlers and inside computations that subscribe to a smaller part.
    pub fn peek<T>(self, read: impl FnOnce(&State) -> T) -> T {
        self.state.with_untracked(read)
    }

    /// Tells the page that something happened.
    pub fn dispatch(self, msg: Msg) {
        let Some(effects) = self.state.try_update(|state| state.update(msg)) else {
            return;
        };
        for effect in effects {
            self.perform.with_value(|perform| perform(self, effect));
        }
    }
}

/// The page's [`App`]. Only inside the app's components.
pub fn use_app() -> App {
    expect_context::<App>()
}
