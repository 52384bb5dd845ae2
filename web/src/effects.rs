//! What the state wants done, done to the browser.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::thread::LocalKey;
use std::time::Duration;

use crate::messages::{Blob, Source};
use leptos::prelude::*;
use leptos::task::spawn_local;
use unroll::protocol::Recording;
use unroll::text::Choices;
use unroll::{Error, codec};

use crate::context::App;
use crate::state::{CorpusKey, Effect, Msg, Notice, State};
use crate::{download, engine_client, fetch, library, route, storage, text_client};

/// How long a run may wait for the WebGPU engine to come and to show what it can.
const MEASURING_PATIENCE: Duration = Duration::from_secs(30);

thread_local! {
    /// Lessons whose address is to be written.
    static ADDRESS_IS_DUE: RefCell<Vec<App>> = const { RefCell::new(Vec::new()) };
    /// Lessons whose session has changed since it was last read for keeping.
    static KEEPING_IS_DUE: RefCell<Vec<App>> = const { RefCell::new(Vec::new()) };
    /// Is a session being written?
    static KEEPING: Cell<bool> = const { Cell::new(false) };
    /// Storage that refused once is not asked again in this visit.
    static STORAGE_REFUSED: Cell<bool> = const { Cell::new(false) };
}

/// Carries out one effect.
pub fn perform(app: App, effect: Effect) {
    match effect {
        Effect::Send(engine, command) => engine_client::send(app, engine, command),
        Effect::Warm(engine) => engine_client::warm(app, engine),
        Effect::Retire(engine) => engine_client::retire(app, engine),
        Effect::FindAdapter => spawn_local(async move {
            app.dispatch(match engine_client::has_adapter().await {
                Some(found) => Msg::Adapter(found),
                None => Msg::AdapterSilent,
            });
        }),
        Effect::LimitMeasuring(run) => {
            set_timeout(move || app.dispatch(Msg::MeasuringIsLate(run)), MEASURING_PATIENCE)
        }
        Effect::FetchRecorded => spawn_local(fetch_recorded(app)),
        Effect::Restore => spawn_local(async move {
            match storage::restore(app.peek(|state| state.lesson.id)).await {
                Ok(session) => {
                    session.into_iter().for_each(|session| app.dispatch(Msg::Restored(Box::new(session))))
                }
                Err(_) => {
                    storage::forget(app.peek(|state| state.lesson.id)).await;
                    app.dispatch(Msg::Notify(Notice::new("notice.session_outdated", [])));
                }
            }
        }),
        Effect::Prepare(key) => spawn_local(prepare(app, key)),
        Effect::FetchModel(preset) => spawn_local(async move {
            fetch_model(app, &format!("./pretrained/{preset}.safetensors"), false).await;
        }),
        Effect::FetchOwnModel(address) => spawn_local(async move { fetch_model(app, &address, true).await }),
        Effect::SaveModel(name, bytes) => {
            if download::save_bytes(&name, &bytes).is_err() {
                app.dispatch(Msg::Notify(Notice::new("figure.picture_failed", [])));
            }
        }
        Effect::Keep => spawn_local(keep(app)),
        Effect::Forget => {
            spawn_local(async move { storage::forget(app.peek(|state| state.lesson.id)).await })
        }
        Effect::KeepOwn => spawn_local(keep_own(app)),
        Effect::WriteAddress => {
            if add(&ADDRESS_IS_DUE, app) {
                set_timeout(move || write_address(app), route::WRITE_EVERY);
            }
        }
        Effect::KeepPreferences => {
            let (language, theme) = app.peek(|state| (state.language, state.theme));
            storage::keep_preferences(language, theme);
        }
    }
}

/// Adds a lesson to those for which something is due; false if it was among them.
fn add(due: &'static LocalKey<RefCell<Vec<App>>>, app: App) -> bool {
    due.with_borrow_mut(|due| {
        let is_new = !due.contains(&app);
        due.extend(is_new.then_some(app));
        is_new
    })
}

/// Writes one session at a time, and the last one last: a run's final figures come right after its snapshot.
async fn keep(app: App) {
    add(&KEEPING_IS_DUE, app);
    if STORAGE_REFUSED.get() || KEEPING.replace(true) {
        return;
    }
    while let Some(app) = KEEPING_IS_DUE.with_borrow_mut(Vec::pop) {
        let kept = app.peek(|state| Some((state.lesson.id, state.session()?)));
        let Some((lesson, (head, snapshot))) = kept else { continue };
        if let Err(reason) = storage::keep(lesson, head, snapshot).await {
            STORAGE_REFUSED.set(true);
            app.dispatch(Msg::Notify(Notice::not_kept("notice.storage", reason)));
            break;
        }
        // Only what the reader has brought is nowhere else.
        if app.peek(|state| state.data.is_some()) {
            storage::persist();
        }
    }
    KEEPING.set(false);
}

/// Keeps the reader's own data of a lesson, whose mark stands in the address where it is too long for that.
async fn keep_own(app: App) {
    let (lesson, data) = app.peek(|state| (state.lesson.id, state.data.clone()));
    let mark = match data.clone() {
        Some(data) => route::mark(data).await,
        None => None,
    };
    let head = || codec::encode(&data);
    let brought = mark.map(|mark| storage::Brought { mark, head: head(), file: Blob::default() });
    let is_brought = brought.is_some();
    if let Err(reason) = storage::keep_brought(lesson, brought).await
        && is_brought
    {
        app.dispatch(Msg::Notify(Notice::new("notice.own_not_kept", [("reason", reason)])));
    }
}

fn write_address(app: App) {
    ADDRESS_IS_DUE.with_borrow_mut(|due| due.retain(|waiting| *waiting != app));
    spawn_local(async move {
        let mut link = app.peek(State::link_to_settings);
        let mut written = route::fragment(link.clone()).await;
        // What packs may have been fetched meanwhile, and the reader may have gone on: an older address must not come last.
        while app.peek(|state| state.link_to_settings() != link) {
            link = app.peek(State::link_to_settings);
            written = route::fragment(link.clone()).await;
        }
        match written {
            Ok(fragment) => route::write(link.lesson, &fragment),
            Err(_) => app.dispatch(Msg::Notify(Notice::new("part.failed", []))),
        }
    });
}

/// Makes numbers of a long text: a shipped one, or one of the reader's library.
async fn prepare(app: App, key: CorpusKey) {
    let text = match &key.own {
        Some(own) => {
            let name = own.name.clone();
            match library::text(&own.id).await {
                Ok(kept) => kept.ok_or(Error::NoSuchText { name }),
                Err(reason) => Err(Error::FileUnreadable { name, reason }),
            }
        }
        None => fetch::bytes(&format!("./texts/{}.txt", key.shipped), |_, _| {})
            .await
            .map(|bytes| (bytes, Choices::default())),
    };
    let answer = {
        let key = key.clone();
        move |outcome: Result<text_client::Prepared, Error>| {
            let outcome = outcome.map(|(corpus, facts, beginning)| (Arc::new(corpus), facts, beginning));
            app.dispatch(Msg::Prepared { key, outcome: Box::new(outcome) });
        }
    };
    match text {
        Ok((bytes, choices)) => {
            text_client::corpus(Source::File { bytes }, choices, key.options, |read| answer(read.outcome))
        }
        Err(error) => answer(Err(error)),
    }
}

/// A trained model.
async fn fetch_model(app: App, address: &str, is_own: bool) {
    let progress = move |loaded, total| app.dispatch(Msg::ModelLoading(loaded, total));
    let fetched = fetch::bytes(address, progress).await;
    app.dispatch(match fetched {
        Ok(bytes) => Msg::ModelArrived { bytes, is_own },
        Err(error) => Msg::ModelMissing(error),
    });
}

/// The preset's run, recorded by the same engine. Without it the figures wait for the first real run.
async fn fetch_recorded(app: App) {
    let Some(name) = app.peek(State::recording) else { return };
    let Ok(bytes) = fetch::bytes(&format!("./recorded/{name}.bin"), |_, _| {}).await else { return };
    match codec::decode::<Recording>(&bytes.head(usize::MAX)) {
        Ok(recording) => app.dispatch(Msg::Recorded(Box::new(recording))),
        // It is built with the page: what is wrong is for whoever builds it.
        Err(reason) => leptos::logging::error!("recorded/{name}.bin: {reason}"),
    }
}
