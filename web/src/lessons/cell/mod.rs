//! The lesson "inside the cell" on the page. Nothing in it is a run: every section asks the engine, and shows what it
//! answers.

mod client;
mod gates;
mod gradients;
mod live;
mod shapes;
mod state;
mod uses;

use std::cell::Cell;

use leptos::context::Provider;
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use unroll::lessons::cell::LESSON;
use unroll::settings::Form;

use super::Content;
use crate::controls::{FormInHand, PresetButtons};
use crate::frame::Notices;
use crate::i18n::{tr, tr_map};
use crate::route;
use crate::story::StorySection;
use gates::Gates;
use gradients::Gradients;
use live::Live;
use shapes::Shapes;
use state::{Bench, Effect, Msg, Slot, Topic};
use uses::Uses;

thread_local! {
    static ADDRESS_IS_DUE: Cell<bool> = const { Cell::new(false) };
}

/// The lesson's state and the way to change it. It lives as long as the page.
#[derive(Clone, Copy)]
pub struct BenchInHand(RwSignal<Bench>);

impl BenchInHand {
    /// The preset; nothing is asked yet.
    pub fn new() -> Self {
        BenchInHand(RwSignal::new(Bench::default()))
    }

    /// Opens on these settings.
    pub fn arrive(self, form: Form) {
        self.dispatch(Msg::Arrive(form));
    }

    /// What the page's address is while the lesson is shown, from `#` on.
    pub fn address(self) -> String {
        self.0.with_untracked(Bench::address)
    }

    /// A part of the state that notifies only when that part has changed.
    fn select<T>(self, part: impl Fn(&Bench) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        Memo::new(move |_| self.0.with(&part))
    }

    /// What is known about a topic.
    fn slot(self, topic: Topic) -> Memo<Slot> {
        self.select(move |bench| bench.slot(topic))
    }

    fn dispatch(self, msg: Msg) {
        let Some(effects) = self.0.try_update(|bench| bench.update(msg)) else { return };
        for effect in effects {
            match effect {
                Effect::Send(command) => client::send(self, command),
                Effect::Retire => client::retire(),
                Effect::WriteAddress => {
                    if !ADDRESS_IS_DUE.replace(true) {
                        set_timeout(move || self.write_address(), route::WRITE_EVERY);
                    }
                }
            }
        }
    }

    fn write_address(self) {
        ADDRESS_IS_DUE.set(false);
        route::write(&LESSON, &self.address());
    }
}

fn use_bench() -> BenchInHand {
    expect_context()
}

/// Fetches what is shown of this lesson alone.
#[wasm_split(cell, wasm_split_path = leptos::wasm_split, fallible)]
pub fn open() -> Result<Content, SplitLoaderError> {
    Ok(Content::Own(|| view! { <CellPage bench=expect_context()/> }.into_any()))
}

/// The lesson.
#[component]
fn CellPage(
    /// Its state.
    bench: BenchInHand,
) -> impl IntoView {
    let form = FormInHand {
        lesson: &LESSON,
        form: bench.select(|bench| bench.form.clone()).into(),
        set: Callback::new(move |(key, text)| bench.dispatch(Msg::Set(key, text))),
        preset: Callback::new(move |id| bench.dispatch(Msg::Preset(id))),
    };
    view! {
        <Provider value=form>
            <div class="bench">
                <div class="lesson-head">
                    <p class="chapter">{move || tr("lesson.cell.chapter")}</p>
                    <h1>{move || tr("lesson.cell.title")}</h1>
                    <p class="lead">{move || tr("lesson.cell.lead")}</p>
                </div>
                <Notices/>
                <PresetButtons/>
                <BenchSection name="live" topic=Some(Topic::Live) story=&["live", "forms"]><Live/></BenchSection>
                <BenchSection name="shapes" topic=Some(Topic::Shapes) story=&["shapes"]><Shapes/></BenchSection>
                <BenchSection name="uses" topic=Some(Topic::Practice) story=&["uses"]><Uses/></BenchSection>
                <BenchSection name="gradients" topic=Some(Topic::Gradients) story=&["gradients"]><Gradients/></BenchSection>
                <BenchSection name="gates" topic=None story=&["gates"]><Gates/></BenchSection>
            </div>
        </Provider>
    }
}

/// A section: its heading, what it shows, and beside it the story.
#[component]
fn BenchSection(
    /// Its name: `cell.<name>.title` in the catalogues, `bench-<name>` on the page.
    name: &'static str,
    /// What it asks about.
    topic: Option<Topic>,
    /// The sections of the story that stand beside it.
    story: &'static [&'static str],
    children: Children,
) -> impl IntoView {
    let bench = use_bench();
    let slot = topic.map(|topic| bench.slot(topic));
    let busy = move || slot.is_some_and(|slot| slot.with(Slot::is_busy));
    let error = move || {
        let error = slot.and_then(|slot| slot.with(|slot| slot.error.clone()))?;
        Some(view! { <p class="bench-error" role="alert">{tr_map(&error.key(), &error.fields())}</p> })
    };
    let heading = format!("bench-{name}-heading");
    let labelled = heading.clone();
    view! {
        <section class="bench-section" id=format!("bench-{name}") data-bench=name
            data-settled=move || (!busy()).to_string() aria-labelledby=labelled>
            <div class="bench-work">
                <h2 id=heading>{move || tr(&format!("cell.{name}.title"))}</h2>
                {error}
                {children()}
            </div>
            <div class="bench-story">
                {story.iter().map(|id| view! { <StorySection lesson=&LESSON id/> }).collect_view()}
            </div>
        </section>
    }
}
