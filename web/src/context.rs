//! How components reach the state: [`use_app`] gives an [`App`] to read from and to dispatch to.

use leptos::prelude::*;
use unroll::lesson::Lesson;
use unroll::lessons::LESSONS;

use crate::state::{Effect, Language, Msg, State, Theme};

/// The page's state and the way to change it. Cheap to copy into closures.
#[derive(Clone, Copy, PartialEq)]
pub struct App {
    state: RwSignal<State>,
    perform: StoredValue<fn(App, Effect)>,
}

impl App {
    /// A state whose effects are carried out by `perform`.
    pub fn new(state: State, perform: fn(App, Effect)) -> Self {
        App { state: RwSignal::new(state), perform: StoredValue::new(perform) }
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

/// The states of all lessons in which something is trained. Each has its own, so that a run goes on, and all is found
/// as it was left, while the reader is in another lesson.
#[derive(Clone, Copy)]
pub struct Apps(StoredValue<Vec<App>>);

impl Apps {
    /// Every lesson before anything has happened.
    pub fn new(language: Language, theme: Theme, perform: fn(App, Effect)) -> Self {
        let trained = LESSONS.into_iter().filter(|lesson| lesson.is_trained());
        let app = |lesson| App::new(State::new(lesson, language, theme), perform);
        Apps(StoredValue::new(trained.map(app).collect()))
    }

    /// The state of a lesson; the first one's where nothing is trained, for what every page needs of a state.
    pub fn of(self, lesson: &Lesson) -> App {
        self.0.with_value(|apps| {
            let own = apps.iter().find(|app| app.peek(|state| state.lesson == lesson));
            *own.unwrap_or(&apps[0])
        })
    }

    /// Lets every lesson speak the language of this one, which a link may have asked for.
    pub fn speak_as(self, app: App) {
        let language = app.peek(|state| state.language);
        for other in self.0.get_value() {
            if other.peek(|state| state.language) != language {
                other.state.update(|state| state.language = language);
            }
        }
    }

    /// Tells every lesson.
    pub fn dispatch(self, msg: &Msg) {
        for app in self.0.get_value() {
            app.dispatch(msg.clone());
        }
    }
}

/// The [`App`] of the lesson on the page. Only inside the app's components.
pub fn use_app() -> App {
    expect_context::<App>()
}

/// The lesson on the page, whether something is trained in it or not. Only inside the app's components.
pub fn use_lesson() -> &'static Lesson {
    expect_context()
}
